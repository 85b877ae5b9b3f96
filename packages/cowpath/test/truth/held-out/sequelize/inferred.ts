import { Op } from 'sequelize';
import { Reading, Station } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** References that nobody declared in the database. */
export const inferred: SequelizePage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run(_site, truth, random) {
    const from = random.from(1, 480);
    const listed = await Reading.findAll({ where: { id: { [Op.between]: [from, from + 7] } } });
    const readings = truth.query('reading', ['id'], listed.length);
    for (const reading of listed) {
      const sensor = await reading.getSensor();
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', 1);
      await sensor.getStation();
      truth.follow(sensors, 'sensor.station_id -> station.id', 1);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: SequelizePage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'express',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const station = await Station.findByPk(n, { rejectOnEmpty: true });
    const stations = truth.query('station', ['id'], 1);
    const within = await station.getSensors();
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', within.length);
    await Promise.all(
      within.map(async (sensor) => {
        const last = await sensor.getReadings({ order: [['id', 'DESC']], limit: 1 });
        truth.follow(sensors, 'sensor.id -> reading.sensor_id', last.length);
      }),
    );
  },
};
