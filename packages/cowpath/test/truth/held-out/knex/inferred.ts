import type { KnexPage } from '../../drivers/knex.ts';

/** References that nobody declared. */
export const inferred: KnexPage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run({ db: knex }, truth, random) {
    const from = random.from(1, 480);
    const listed = await knex('reading').whereBetween('id', [from, from + 7]);
    const readings = truth.query('reading', ['id'], listed.length);
    for (const { sensor_id } of listed) {
      const sensor = await knex('sensor').where({ id: sensor_id }).first();
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', sensor ? 1 : 0);
      const at = await knex('station').where({ id: sensor!.station_id }).pluck('name');
      truth.follow(sensors, 'sensor.station_id -> station.id', at.length);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: KnexPage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const station = await knex('station').where({ id: n }).first();
    const stations = truth.query('station', ['id'], 1);
    const within = await knex('sensor').where({ station_id: station!.id });
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', within.length);
    await Promise.all(
      within.map(async ({ id }) => {
        const last = await knex('reading').where({ sensor_id: id }).orderBy('id', 'desc').first('value');
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last ? 1 : 0);
      }),
    );
  },
};
