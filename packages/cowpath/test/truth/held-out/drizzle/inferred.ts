import { between, desc, eq } from 'drizzle-orm';
import { reading, sensor, station } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** References that nobody declared. */
export const inferred: DrizzlePage = {
  shows: 'references without a foreign key',
  root: 'latest readings',
  served: 'context',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 480);
    const listed = await db
      .select()
      .from(reading)
      .where(between(reading.id, from, from + 7));
    const readings = truth.query('reading', ['id'], listed.length);
    for (const { sensorId } of listed) {
      const by = await db.select().from(sensor).where(eq(sensor.id, sensorId));
      const sensors = truth.follow(readings, 'reading.sensor_id -> sensor.id', by.length);
      const at = await db
        .select({ name: station.name })
        .from(station)
        .where(eq(station.id, by[0]!.stationId));
      truth.follow(sensors, 'sensor.station_id -> station.id', at.length);
    }
  },
};

/** The same ones the other way. */
export const inferredBack: DrizzlePage = {
  shows: 'references without a foreign key, backward',
  root: 'GET /stations/:n',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const found = await db.select().from(station).where(eq(station.id, n));
    const stations = truth.query('station', ['id'], found.length);
    const within = await db.select().from(sensor).where(eq(sensor.stationId, found[0]!.id));
    const sensors = truth.follow(stations, 'station.id -> sensor.station_id', within.length);
    for (const { id } of within) {
      const last = await db
        .select({ value: reading.value })
        .from(reading)
        .where(eq(reading.sensorId, id))
        .orderBy(desc(reading.id))
        .limit(1);
      truth.follow(sensors, 'sensor.id -> reading.sensor_id', last.length);
    }
  },
};
