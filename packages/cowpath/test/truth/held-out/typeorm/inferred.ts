import { Between } from 'typeorm';
import { Reading, Station } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** References that nobody declared to the database; TypeORM knows them. */
export const inferred: TypeOrmPage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 480);
    const listed = await db.getRepository(Reading).findBy({ id: Between(String(from), String(from + 7)) });
    const readings = truth.query('reading', ['id'], listed.length);
    for (const reading of listed) {
      const sensor = await reading.sensor;
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', 1);
      await sensor.station;
      truth.follow(sensors, 'sensor.station_id -> station.id', 1);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: TypeOrmPage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const station = await db.getRepository(Station).findOneByOrFail({ id: n });
    const stations = truth.query('station', ['id'], 1);
    const within = await station.sensors;
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', within.length);
    await Promise.all(
      within.map(async ({ id }) => {
        const last = await db
          .getRepository(Reading)
          .findOne({ where: { sensorId: id }, order: { id: 'DESC' } });
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last === null ? 0 : 1);
      }),
    );
  },
};
