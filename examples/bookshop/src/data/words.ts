export const ADJECTIVES: readonly string[] = (
  'Silent Hidden Broken Golden Distant Crooked Burning Frozen Patient Wandering Bitter Crimson Forgotten ' +
  'Gentle Hollow Ivory Jealous Kindred Lonely Midnight Narrow Ordinary Pale Quiet Restless Salted Tender ' +
  'Unfinished Velvet Weathered'
).split(' ');

export const NOUNS: readonly string[] = (
  'Garden River Letter Window Harbour Orchard Mirror Bridge Lantern Staircase Voyage Winter Portrait Island ' +
  'Compass Clock Theatre Meadow Archive Kitchen Railway Lighthouse Cathedral Notebook Shadow Summer Tower ' +
  'Valley Wardrobe Daughter'
).split(' ');

export const PLACES: readonly string[] = (
  'Alder Bergen Cadiz Dover Elsinore Fargo Genoa Halifax Isfahan Jaipur Kyoto Lisbon Malta Naples Odessa ' +
  'Porto Quito Riga Siena Tartu Utrecht Verona Warsaw Xalapa York Zadar Arles Bruges Cork Delft Evora Fez ' +
  'Ghent Havana Izmir Kotor Lima Mostar'
).split(' ');

export const FIRST_NAMES: readonly string[] = (
  'Ada Bruno Clara Dmitri Elena Farid Greta Hugo Ines Jonas Keiko Liam Mira Noor Oskar Petra Quentin Rosa ' +
  'Samir Tove Ugo Vera Wim Xenia Yusuf Zora Anton Beatriz Cyrus Delia'
).split(' ');

export const LAST_NAMES: readonly string[] = (
  'Abel Bianchi Castillo Dahl Eriksen Fontaine Grau Hassan Ivanova Jansen Kowalski Lindqvist Moreau Novak ' +
  'Okafor Pereira Quist Rahman Sato Tanaka Urbina Varga Weiss Xu Yilmaz Zeman Adeyemi Brandt Costa Duarte ' +
  'Ekberg Ferrari Gallo Horvat Iqbal Jovanovic Klein Larsen Marino Nagy'
).split(' ');

export const COUNTRIES: readonly string[] =
  'Argentina Brazil Canada Denmark Egypt Finland Germany Hungary India Japan Kenya Latvia Mexico Norway Peru'.split(
    ' ',
  );

export const OPINIONS: readonly string[] = [
  'I read it in one night.',
  'The middle part drags.',
  'A gift that was read twice.',
  'Better than the one before.',
  'The translation is excellent.',
  'I expected more of the ending.',
  'My book club argued for hours.',
  'Beautifully printed.',
  'Not for me.',
  'The second chapter alone is worth it.',
];
