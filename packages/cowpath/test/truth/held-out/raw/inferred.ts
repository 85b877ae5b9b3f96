import type { RawPage } from '../../drivers/raw.ts';

/** References that nobody declared. */
export const inferred: RawPage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run({ db: pool }, truth, random) {
    const from = random.from(1, 480);
    const listed = await pool.query('select * from reading where id between $1 and $2', [from, from + 7]);
    const readings = truth.query('reading', ['id'], listed.rows.length);
    for (const reading of listed.rows) {
      const sensor = await pool.query('select id, station_id from sensor where id = $1', [reading.sensor_id]);
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', sensor.rows.length);
      const station = await pool.query('select name from station where id = $1', [sensor.rows[0].station_id]);
      truth.follow(sensors, 'sensor.station_id -> station.id', station.rows.length);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: RawPage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db: pool }, truth, _random, n) {
    const found = await pool.query('select * from station where id = $1', [n]);
    const stations = truth.query('station', ['id'], found.rows.length);
    const within = await pool.query('select id, name from sensor where station_id = $1', [found.rows[0].id]);
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', within.rows.length);
    await Promise.all(
      within.rows.map(async ({ id }) => {
        const last = await pool.query(
          'select value from reading where sensor_id = $1 order by id desc limit 1',
          [id],
        );
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last.rows.length);
      }),
    );
  },
};
