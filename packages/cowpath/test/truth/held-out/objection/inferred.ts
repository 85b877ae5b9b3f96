import { Reading, Station } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** References that nobody declared in the database. */
export const inferred: ObjectionPage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run(_site, truth, random) {
    const from = random.from(1, 480);
    const listed = await Reading.query().whereBetween('id', [from, from + 7]);
    const readings = truth.query('reading', ['id'], listed.length);
    for (const reading of listed) {
      const sensor = await reading.$relatedQuery('sensor');
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', 1);
      await sensor.$relatedQuery('station');
      truth.follow(sensors, 'sensor.station_id -> station.id', 1);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: ObjectionPage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const station = await Station.query().findById(n).withGraphFetched('sensors').throwIfNotFound();
    const stations = truth.query('station', ['id'], 1);
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', station.sensors.length);
    await Promise.all(
      station.sensors.map(async (sensor) => {
        const last = await sensor.$relatedQuery('readings').orderBy('id', 'desc').limit(1);
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last.length);
      }),
    );
  },
};
