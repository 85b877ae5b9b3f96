/** Runs the programs it is sent, on the database it is given, and answers with what each could see. */
import { context } from '@cowpath/profile';
import pg from 'pg';
import type { Program } from '../programs/program.ts';
import { onClient } from './client.ts';
import { Log } from './log.ts';
import { onPipeline, onPool } from './pool.ts';

const url = process.argv[2]!;
/** Each program in a run of a context of this name; outside all contexts, if there is none. */
const CONTEXT = process.env['HARM_CONTEXT'];
let log = new Log();
/** Long, for a busy machine: a program taken for hanging that is only slow would differ. */
const HANGS_AFTER_MS = 10_000;

process.on('unhandledRejection', (reason) => log.note(`unhandledRejection ${log.error(reason)}`));
process.on('uncaughtException', (error) => log.note(`uncaughtException ${log.error(error)}`));
process.on('warning', (warning) => log.note(`warning ${warning.name} ${warning.message}`));

const admin = new pg.Pool({ connectionString: url, max: 1 });
const RESET = `
  truncate thing, owner restart identity;
  insert into owner (id, name) select g, 'owner ' || g from generate_series(0, 4) g;
  insert into thing (owner_id, name, at, data, tags)
  select g % 5, 'thing ' || g, '2020-01-01'::timestamptz + g * interval '1 day', jsonb_build_object('n', g), array['a', g::text]
  from generate_series(1, 12) g`;

function run(program: Program): Promise<void> {
  if (program.on === 'client') return onClient(url, program, log);
  if (program.on === 'pipeline') return onPipeline(url, program.queries, log);
  return onPool(url, program, log);
}

function deadline(): Promise<boolean> {
  return new Promise((done) => setTimeout(() => done(false), HANGS_AFTER_MS).unref());
}

const LET_GO = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'cowpath'`;

process.on('message', async ({ id, program }: { id: number; program: Program }) => {
  try {
    log = new Log();
    await admin.query(RESET);
    const running = CONTEXT ? context(CONTEXT, () => run(program)) : run(program);
    const ran = await Promise.race([running.then(() => true), deadline()]);
    // The driver has statements that it never answers. It must do so with the recorder too.
    if (!ran) {
      log.note('hangs');
      const lines = [...log.lines];
      await admin.query(LET_GO);
      process.send!({ id, lines });
      return;
    }
    await new Promise((done) => setTimeout(done, 2));
    log.note(`left ${log.value((await admin.query('select * from thing order by id')).rows)}`);
    process.send!({ id, lines: log.lines });
  } catch (error) {
    process.send!({ id, lines: [...log.lines, `broken ${(error as Error).stack}`], broken: true });
  }
});
process.on('disconnect', () => process.exit());
process.send!({ id: 0, lines: [] });
