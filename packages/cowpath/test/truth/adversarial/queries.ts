/** What the adversarial pages ask for; each driver has its own way of asking. */
export interface Queries {
  /** `count` articles by key, from one on. */
  articles(from: number, count: number): Promise<Article[]>;
  comments(from: number, count: number): Promise<Comment[]>;
  people(from: number, count: number): Promise<Person[]>;
  readings(from: number, count: number): Promise<{ sensorId: number }[]>;
  projects(tenant: number): Promise<{ tenantId: number; ownerId: number }[]>;
  /** Settings 1 to 4 become the featured ones; their values are article keys. */
  feature(): Promise<unknown>;
  featured(): Promise<{ value: string }[]>;
  person(id: number): Promise<Person[]>;
  /** The same row by another shape of statement. */
  personName(id: number): Promise<{ name: string }[]>;
  section(id: number): Promise<{ name: string }[]>;
  city(id: number): Promise<{ name: string }[]>;
  product(id: number): Promise<{ name: string }[]>;
  tag(id: number): Promise<{ name: string }[]>;
  maker(id: number): Promise<{ name: string }[]>;
  sensor(id: number): Promise<{ name: string }[]>;
  account(tenant: number, id: number): Promise<{ name: string }[]>;
  articlesBy(author: number): Promise<{ title: string }[]>;
  commentsOf(person: number): Promise<{ body: string }[]>;
}

export interface Article {
  id: number;
  sectionId: number;
  authorId: number;
  editorId: number;
}

export interface Comment {
  id: number;
  articleId: number;
  personId: number;
}

export interface Person {
  id: number;
  cityId: number;
}
