/** The tables of `schema.ts` as Knex knows them: those that its pages use. Keys of eight bytes are texts. */
interface Named {
  id: number;
  name: string;
}

interface Article {
  id: string;
  title: string;
  section_id: number;
  author_id: number;
  editor_id: number;
  published_on: Date;
}

interface Comment {
  id: string;
  article_id: string;
  person_id: number;
  parent_id: string | null;
  body: string;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    city: Named & { country_code: string };
    person: Named & { city_id: number };
    section: Named & { parent_id: number | null };
    article: Article;
    comment: Comment;
    tag: Named;
    article_tag: { article_id: string; tag_id: number };
    product: { id: string; name: string; maker_id: number };
    station: Named;
    sensor: Named & { station_id: number };
    reading: { id: string; sensor_id: number; value: number };
    setting: Named & { value: string };
    article_card: { id: string; title: string; author_id: number; section_name: string };
  }
}
