/** Given names by gender, and family names, of the people that a clinic in the American Midwest serves. */
export const givenNames = {
  female: (
    'Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Ashley Emily ' +
    'Kimberly Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy Angela ' +
    'Shirley Brenda Pamela Nicole Ruth Katherine Samantha Christine Virginia Rosa Guadalupe Ming Aisha Fatima Ngozi ' +
    'Priya Yuki Leila Ingrid Tamika Keisha Xiomara Noor Svetlana Hana'
  ).split(' '),
  male: (
    'James Michael William Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark Donald Steven Paul ' +
    'Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey Ryan Jacob Gary Nicholas Eric ' +
    'Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Luis Carlos Wei Ahmed Omar Chinedu Raj Kenji ' +
    'Darius Lars DeShawn Malik Mateo Yusuf Dmitri Tariq'
  ).split(' '),
} as const;

/** Family names. */
export const familyNames = (
  'Smith Johnson Williams Brown Jones Garcia Miller Rodriguez Martinez Hernandez Gonzalez Wilson Anderson Taylor Moore ' +
  'Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott ' +
  'Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans ' +
  'Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan ' +
  'Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood Bennett Gray ' +
  'Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Okafor Haddad Tanaka ' +
  'Ivanov Lindqvist Abdi Chen Khan Novak Oduya Begum'
).split(' ');

/** Streets of the clinic's town. */
export const streets = (
  'Maple Street,Oak Avenue,Cedar Lane,Elm Street,Washington Avenue,Lake Street,Hillcrest Drive,Sunset Boulevard,' +
  'Park Avenue,River Road,Church Street,Mill Road,Walnut Street,Chestnut Avenue,Prospect Street,Highland Drive,' +
  'Franklin Street,Meadow Lane,Spruce Court,Union Street'
).split(',');

/** Towns around the clinic with their postal codes. */
export const towns = [
  ['Oakwood', '45419'],
  ['Kettering', '45429'],
  ['Dayton', '45402'],
  ['Centerville', '45459'],
  ['Beavercreek', '45430'],
  ['Riverside', '45431'],
  ['Fairborn', '45324'],
] as const;
