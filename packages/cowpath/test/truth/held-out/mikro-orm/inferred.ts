import { Reading, Station } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

/** References that nobody declared to the database; MikroORM knows them. */
export const inferred: MikroOrmPage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const em = db.em.fork();
    const from = random.from(1, 480);
    const listed = await em.find(Reading, { id: { $gte: from, $lte: from + 7 } });
    const readings = truth.query('reading', ['id'], listed.length);
    for (const reading of listed) {
      const sensor = await load(truth, readings, 'reading.sensor_id -> sensor.id', reading.sensor);
      await load(truth, sensor.step, 'sensor.station_id -> station.id', sensor.one.station);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: MikroOrmPage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const em = db.em.fork();
    const station = await em.findOneOrFail(Station, n);
    const stations = truth.query('station', ['id'], 1);
    const within = await station.sensors.loadItems();
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', within.length);
    await Promise.all(
      within.map(async (sensor) => {
        const last = await em.find(Reading, { sensor }, { orderBy: { id: 'desc' }, limit: 1 });
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last.length);
      }),
    );
  },
};
