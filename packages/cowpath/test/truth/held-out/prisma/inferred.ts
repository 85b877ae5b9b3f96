import type { PrismaPage } from '../../drivers/prisma.ts';

/** References that nobody declared to the database; Prisma knows them. */
export const inferred: PrismaPage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 480);
    const listed = await db.reading.findMany({ where: { id: { gte: from, lte: from + 7 } } });
    const readings = truth.query('reading', ['id'], listed.length);
    for (const { sensorId } of listed) {
      const by = await db.sensor.findUniqueOrThrow({ where: { id: sensorId } });
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', 1);
      await db.station.findUniqueOrThrow({ where: { id: by.stationId } });
      truth.follow(sensors, 'sensor.station_id -> station.id', 1);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: PrismaPage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const station = await db.station.findUniqueOrThrow({ where: { id: n }, include: { sensors: true } });
    const stations = truth.query('station', ['id'], 1);
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', station.sensors.length);
    await Promise.all(
      station.sensors.map(async ({ id }) => {
        const last = await db.reading.findFirst({ where: { sensorId: id }, orderBy: { id: 'desc' } });
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last === null ? 0 : 1);
      }),
    );
  },
};
