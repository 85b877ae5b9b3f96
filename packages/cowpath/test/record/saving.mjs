/** `saving.mjs WHAT`: a program whose file work is slow, since long hashes occupy Node's one thread for it. Prints how many statements it made. */
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';

/** Rounds: seconds on one core, and tenths of one. */
const LONG = 15_000_000;
const SHORT = LONG / 50;
const hash = promisify(pbkdf2);
const occupy = (rounds) => hash('password', 'salt', rounds, 32, 'sha256');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
let statements = 0;
const ask = async () => {
  statements++;
  await client.query('select name from author where id = $1', [1000 + (statements % 100) * 7]);
};

if (process.argv[2] === 'ends while saving') {
  for (let i = 0; i < 100; i++) await ask();
  void occupy(LONG);
  // Long enough for the recorder to begin to save the last of them, not for the file to be written.
  await wait(300);
} else {
  let over = false;
  const busy = (async () => {
    while (!over) await occupy(SHORT);
  })();
  for (const end = performance.now() + 3500; performance.now() < end; ) await ask();
  over = true;
  await busy;
}
console.log(statements);
process.exit(0);
