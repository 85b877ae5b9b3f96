/** What the tests of a file, or of one of its groups, are given. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { temporary } from './recorded.ts';

/** One Postgres for all of them, empty at first. */
export function postgresForAll(): Pick<TestPostgres, 'url'> {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());
  return {
    get url() {
      return postgres!.url;
    },
  };
}

/** A temporary folder for each. */
export function placeForEach(): { readonly folder: string } {
  let place: ReturnType<typeof temporary>;
  beforeEach(() => {
    place = temporary();
  });
  afterEach(() => place.remove());
  return {
    get folder() {
      return place.folder;
    },
  };
}
