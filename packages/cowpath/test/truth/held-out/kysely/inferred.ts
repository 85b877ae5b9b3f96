import type { KyselyPage } from '../../drivers/kysely.ts';

/** References that nobody declared. */
export const inferred: KyselyPage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 480);
    const listed = await db
      .selectFrom('reading')
      .selectAll()
      .where((eb) => eb.between('id', from, from + 7))
      .execute();
    const readings = truth.query('reading', ['id'], listed.length);
    for (const { sensor_id } of listed) {
      const sensor = await db
        .selectFrom('sensor')
        .selectAll()
        .where('id', '=', sensor_id)
        .executeTakeFirstOrThrow();
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', 1);
      const at = await db.selectFrom('station').select('name').where('id', '=', sensor.station_id).execute();
      truth.follow(sensors, 'sensor.station_id -> station.id', at.length);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: KyselyPage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const station = await db.selectFrom('station').selectAll().where('id', '=', n).executeTakeFirstOrThrow();
    const stations = truth.query('station', ['id'], 1);
    const within = await db.selectFrom('sensor').selectAll().where('station_id', '=', station.id).execute();
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', within.length);
    await Promise.all(
      within.map(async ({ id }) => {
        const last = await db
          .selectFrom('reading')
          .select('value')
          .where('sensor_id', '=', id)
          .orderBy('id', 'desc')
          .limit(1)
          .execute();
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last.length);
      }),
    );
  },
};
