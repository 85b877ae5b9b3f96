alter table bookshop.author add primary key (id);
alter table bookshop.publisher add primary key (id);
alter table bookshop.category add primary key (id);
alter table bookshop.tag add primary key (id);
alter table bookshop."user" add primary key (id);
alter table bookshop.book add primary key (id);
alter table bookshop.book_tag add primary key (book_id, tag_id);
alter table bookshop.review add primary key (id);
alter table bookshop."order" add primary key (id);
alter table bookshop.order_item add primary key (id);
alter table bookshop.cart_item add primary key (user_id, book_id);

alter table bookshop.category add foreign key (parent_id) references bookshop.category (id);
alter table bookshop.book
  add foreign key (author_id) references bookshop.author (id),
  add foreign key (publisher_id) references bookshop.publisher (id),
  add foreign key (category_id) references bookshop.category (id);
alter table bookshop.book_tag
  add foreign key (book_id) references bookshop.book (id),
  add foreign key (tag_id) references bookshop.tag (id);
alter table bookshop.review
  add foreign key (book_id) references bookshop.book (id),
  add foreign key (user_id) references bookshop."user" (id);
alter table bookshop."order" add foreign key (user_id) references bookshop."user" (id);
alter table bookshop.order_item
  add foreign key (order_id) references bookshop."order" (id),
  add foreign key (book_id) references bookshop.book (id);
alter table bookshop.cart_item
  add foreign key (user_id) references bookshop."user" (id),
  add foreign key (book_id) references bookshop.book (id);

create unique index book_title on bookshop.book (title);
create index book_title_lower on bookshop.book (lower(title) text_pattern_ops);
create index book_author_id on bookshop.book (author_id);
create index book_publisher_id on bookshop.book (publisher_id);
create index book_category_id on bookshop.book (category_id);
create index book_tag_tag_id on bookshop.book_tag (tag_id);
create index category_parent_id on bookshop.category (parent_id);
create index review_book_id on bookshop.review (book_id);
create index review_user_id on bookshop.review (user_id);
create index review_created_at on bookshop.review (created_at);
create index order_user_id on bookshop."order" (user_id);
create index order_item_order_id on bookshop.order_item (order_id);
create index order_item_book_id on bookshop.order_item (book_id);

select setval(pg_get_serial_sequence('bookshop."order"', 'id'), (select max(id) from bookshop."order"));
select setval(pg_get_serial_sequence('bookshop.order_item', 'id'), (select max(id) from bookshop.order_item));
