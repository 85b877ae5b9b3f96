/** The tables of `schema.ts` as Kysely knows them: those that its pages use. */
import type { Generated } from 'kysely';

interface Named {
  id: number;
  name: string;
}

export interface Database {
  city: Named & { country_code: string };
  person: Named & { city_id: number };
  section: Named & { parent_id: number | null };
  article: {
    id: number;
    title: string;
    section_id: number;
    author_id: number;
    editor_id: number;
    published_on: Date;
  };
  comment: { id: number; article_id: number; person_id: number; parent_id: number | null; body: string };
  tag: Named;
  article_tag: { article_id: number; tag_id: number };
  product: Named & { maker_id: number };
  invoice: { id: Generated<string>; person_id: number; note: string };
  invoice_line: { id: Generated<number>; invoice_id: string; product_id: number; quantity: number };
  account: Named & { tenant_id: number };
  project: Named & { tenant_id: number; owner_id: number };
  task: { tenant_id: number; id: number; title: string; project_id: number; assignee_id: number };
  station: Named;
  sensor: Named & { station_id: number };
  reading: { id: number; sensor_id: number; value: number };
  setting: Named & { value: string };
  article_card: { id: number; title: string; author_id: number; section_name: string };
}
