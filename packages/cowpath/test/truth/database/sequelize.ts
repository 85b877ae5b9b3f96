/** The tables of `schema.ts` as Sequelize's models: those that its pages use. Keys of eight bytes are texts. */
import {
  type BelongsToGetAssociationMixin,
  type BelongsToManyGetAssociationsMixin,
  DataTypes,
  type HasManyCountAssociationsMixin,
  type HasManyGetAssociationsMixin,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';

class Row<M extends Model> extends Model<InferAttributes<M>, InferCreationAttributes<M>> {}

export class City extends Row<City> {
  declare id: number;
  declare name: string;
}

export class Person extends Row<Person> {
  declare id: number;
  declare name: string;
  declare city_id: number;
  declare getCity: BelongsToGetAssociationMixin<City>;
  declare getArticles: HasManyGetAssociationsMixin<Article>;
  declare getComments: HasManyGetAssociationsMixin<Comment>;
  declare countComments: HasManyCountAssociationsMixin;
  declare getCards: HasManyGetAssociationsMixin<ArticleCard>;
}

export class Section extends Row<Section> {
  declare id: number;
  declare name: string;
  declare parent_id: number | null;
  declare getArticles: HasManyGetAssociationsMixin<Article>;
}

export class Article extends Row<Article> {
  declare id: string;
  declare title: string;
  declare section_id: number;
  declare author_id: number;
  declare editor_id: number;
  declare published_on: string;
  declare author?: NonAttribute<Person>;
  declare comments?: NonAttribute<Comment[]>;
  declare getSection: BelongsToGetAssociationMixin<Section>;
  declare getAuthor: BelongsToGetAssociationMixin<Person>;
  declare getEditor: BelongsToGetAssociationMixin<Person>;
  declare getComments: HasManyGetAssociationsMixin<Comment>;
  declare getTags: BelongsToManyGetAssociationsMixin<Tag>;
}

export class Comment extends Row<Comment> {
  declare id: string;
  declare article_id: string;
  declare person_id: number;
  declare parent_id: string | null;
  declare body: string;
  declare getArticle: BelongsToGetAssociationMixin<Article>;
  declare getPerson: BelongsToGetAssociationMixin<Person>;
  declare getParent: BelongsToGetAssociationMixin<Comment>;
}

export class Tag extends Row<Tag> {
  declare id: number;
  declare name: string;
  declare getArticles: BelongsToManyGetAssociationsMixin<Article>;
}

export class Product extends Row<Product> {
  declare id: string;
  declare name: string;
}

export class Station extends Row<Station> {
  declare id: number;
  declare name: string;
  declare getSensors: HasManyGetAssociationsMixin<Sensor>;
}

export class Sensor extends Row<Sensor> {
  declare id: number;
  declare name: string;
  declare station_id: number;
  declare getStation: BelongsToGetAssociationMixin<Station>;
  declare getReadings: HasManyGetAssociationsMixin<Reading>;
}

export class Reading extends Row<Reading> {
  declare id: string;
  declare sensor_id: number;
  declare value: number;
  declare getSensor: BelongsToGetAssociationMixin<Sensor>;
}

export class Setting extends Row<Setting> {
  declare id: number;
  declare name: string;
  declare value: string;
}

export class ArticleCard extends Row<ArticleCard> {
  declare id: string;
  declare title: string;
  declare author_id: number;
  declare section_name: string;
  declare getAuthor: BelongsToGetAssociationMixin<Person>;
}

// Sequelize writes into the attributes that it is given: each model has its own.
const small = () => ({ type: DataTypes.INTEGER, primaryKey: true });
const big = () => ({ type: DataTypes.BIGINT, primaryKey: true });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const int = () => ({ type: DataTypes.INTEGER, allowNull: false });

/** Defines the models and their associations; once in a process. */
export function initialise(sequelize: Sequelize): void {
  const options = (tableName: string) => ({ sequelize, tableName, timestamps: false });
  City.init({ id: small(), name: text() }, options('city'));
  Person.init({ id: small(), name: text(), city_id: int() }, options('person'));
  Section.init({ id: small(), name: text(), parent_id: DataTypes.INTEGER }, options('section'));
  Article.init(
    {
      id: big(),
      title: text(),
      section_id: int(),
      author_id: int(),
      editor_id: int(),
      published_on: DataTypes.DATEONLY,
    },
    options('article'),
  );
  Comment.init(
    { id: big(), article_id: DataTypes.BIGINT, person_id: int(), parent_id: DataTypes.BIGINT, body: text() },
    options('comment'),
  );
  Tag.init({ id: small(), name: text() }, options('tag'));
  Product.init({ id: big(), name: text() }, options('product'));
  Station.init({ id: small(), name: text() }, options('station'));
  Sensor.init({ id: small(), name: text(), station_id: int() }, options('sensor'));
  Reading.init({ id: big(), sensor_id: int(), value: int() }, options('reading'));
  Setting.init({ id: small(), name: text(), value: text() }, options('setting'));
  ArticleCard.init(
    { id: big(), title: text(), author_id: int(), section_name: text() },
    options('article_card'),
  );
  associate();
}

function associate(): void {
  Person.belongsTo(City, { as: 'city', foreignKey: 'city_id' });
  Person.hasMany(Article, { as: 'articles', foreignKey: 'author_id' });
  Person.hasMany(Comment, { as: 'comments', foreignKey: 'person_id' });
  Person.hasMany(ArticleCard, { as: 'cards', foreignKey: 'author_id' });
  Section.hasMany(Article, { as: 'articles', foreignKey: 'section_id' });
  Article.belongsTo(Section, { as: 'section', foreignKey: 'section_id' });
  Article.belongsTo(Person, { as: 'author', foreignKey: 'author_id' });
  Article.belongsTo(Person, { as: 'editor', foreignKey: 'editor_id' });
  Article.hasMany(Comment, { as: 'comments', foreignKey: 'article_id' });
  const through = { through: 'article_tag', timestamps: false };
  Article.belongsToMany(Tag, { ...through, as: 'tags', foreignKey: 'article_id', otherKey: 'tag_id' });
  Tag.belongsToMany(Article, { ...through, as: 'articles', foreignKey: 'tag_id', otherKey: 'article_id' });
  Comment.belongsTo(Article, { as: 'article', foreignKey: 'article_id' });
  Comment.belongsTo(Person, { as: 'person', foreignKey: 'person_id' });
  Comment.belongsTo(Comment, { as: 'parent', foreignKey: 'parent_id' });
  Station.hasMany(Sensor, { as: 'sensors', foreignKey: 'station_id' });
  Sensor.belongsTo(Station, { as: 'station', foreignKey: 'station_id' });
  Sensor.hasMany(Reading, { as: 'readings', foreignKey: 'sensor_id' });
  Reading.belongsTo(Sensor, { as: 'sensor', foreignKey: 'sensor_id' });
  ArticleCard.belongsTo(Person, { as: 'author', foreignKey: 'author_id' });
}
