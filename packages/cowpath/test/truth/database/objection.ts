/** The tables of `schema.ts` as Objection's models: those that its pages use. Keys of eight bytes are texts. */
import { Model, type RelationMapping } from 'objection';

function belongsTo(modelClass: () => typeof Model, from: string, to: string): RelationMapping<Model> {
  return { relation: Model.BelongsToOneRelation, modelClass: modelClass(), join: { from, to } };
}

function hasMany(modelClass: () => typeof Model, from: string, to: string): RelationMapping<Model> {
  return { relation: Model.HasManyRelation, modelClass: modelClass(), join: { from, to } };
}

export class City extends Model {
  declare id: number;
  declare name: string;
  static override tableName = 'city';
}

export class Person extends Model {
  declare id: number;
  declare name: string;
  declare city_id: number;
  declare city: City;
  declare articles: Article[];
  declare comments: Comment[];
  declare cards: ArticleCard[];
  static override tableName = 'person';
  static override relationMappings = () => ({
    city: belongsTo(() => City, 'person.city_id', 'city.id'),
    articles: hasMany(() => Article, 'person.id', 'article.author_id'),
    comments: hasMany(() => Comment, 'person.id', 'comment.person_id'),
    cards: hasMany(() => ArticleCard, 'person.id', 'article_card.author_id'),
  });
}

export class Section extends Model {
  declare id: number;
  declare name: string;
  declare parent_id: number | null;
  declare parent: Section | null;
  declare children: Section[];
  static override tableName = 'section';
  static override relationMappings = () => ({
    parent: belongsTo(() => Section, 'section.parent_id', 'section.id'),
    children: hasMany(() => Section, 'section.id', 'section.parent_id'),
  });
}

export class Article extends Model {
  declare id: string;
  declare title: string;
  declare section_id: number;
  declare author_id: number;
  declare editor_id: number;
  declare section: Section;
  declare author: Person;
  declare editor: Person;
  declare comments: Comment[];
  declare tags: Tag[];
  static override tableName = 'article';
  static override relationMappings = () => ({
    section: belongsTo(() => Section, 'article.section_id', 'section.id'),
    author: belongsTo(() => Person, 'article.author_id', 'person.id'),
    editor: belongsTo(() => Person, 'article.editor_id', 'person.id'),
    comments: hasMany(() => Comment, 'article.id', 'comment.article_id'),
    tags: {
      relation: Model.ManyToManyRelation,
      modelClass: Tag,
      join: {
        from: 'article.id',
        through: { from: 'article_tag.article_id', to: 'article_tag.tag_id' },
        to: 'tag.id',
      },
    },
  });
}

export class Comment extends Model {
  declare id: string;
  declare article_id: string;
  declare person_id: number;
  declare parent_id: string | null;
  declare body: string;
  declare article: Article;
  declare person: Person;
  declare parent: Comment | null;
  static override tableName = 'comment';
  static override relationMappings = () => ({
    article: belongsTo(() => Article, 'comment.article_id', 'article.id'),
    person: belongsTo(() => Person, 'comment.person_id', 'person.id'),
    parent: belongsTo(() => Comment, 'comment.parent_id', 'comment.id'),
  });
}

export class Tag extends Model {
  declare id: number;
  declare name: string;
  declare articles: Article[];
  static override tableName = 'tag';
  static override relationMappings = () => ({
    articles: {
      relation: Model.ManyToManyRelation,
      modelClass: Article,
      join: {
        from: 'tag.id',
        through: { from: 'article_tag.tag_id', to: 'article_tag.article_id' },
        to: 'article.id',
      },
    },
  });
}

export class Product extends Model {
  declare id: string;
  declare name: string;
  static override tableName = 'product';
}

export class Station extends Model {
  declare id: number;
  declare name: string;
  declare sensors: Sensor[];
  static override tableName = 'station';
  static override relationMappings = () => ({
    sensors: hasMany(() => Sensor, 'station.id', 'sensor.station_id'),
  });
}

export class Sensor extends Model {
  declare id: number;
  declare name: string;
  declare station_id: number;
  declare station: Station;
  declare readings: Reading[];
  static override tableName = 'sensor';
  static override relationMappings = () => ({
    station: belongsTo(() => Station, 'sensor.station_id', 'station.id'),
    readings: hasMany(() => Reading, 'sensor.id', 'reading.sensor_id'),
  });
}

export class Reading extends Model {
  declare id: string;
  declare sensor_id: number;
  declare value: number;
  declare sensor: Sensor;
  static override tableName = 'reading';
  static override relationMappings = () => ({
    sensor: belongsTo(() => Sensor, 'reading.sensor_id', 'sensor.id'),
  });
}

export class Setting extends Model {
  declare id: number;
  declare name: string;
  declare value: string;
  static override tableName = 'setting';
}

export class ArticleCard extends Model {
  declare id: string;
  declare title: string;
  declare author_id: number;
  declare author: Person;
  static override tableName = 'article_card';
  static override relationMappings = () => ({
    author: belongsTo(() => Person, 'article_card.author_id', 'person.id'),
  });
}
