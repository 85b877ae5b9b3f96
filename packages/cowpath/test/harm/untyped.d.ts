/** What the programs use of a package that comes without types. */
declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream';
  import type { Connection, Submittable } from 'pg';

  const copy: {
    from(
      text: string,
    ): Writable & Submittable & { readonly rowCount: number; submit(connection: Connection): void };
    to(text: string): Readable & Submittable & { submit(connection: Connection): void };
  };
  export default copy;
}
