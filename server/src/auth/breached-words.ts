/** Rows along which fingers and counters run. */
export const KEYBOARD_ROWS: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '!@#$%^&*()_+',
];

/** Words that frequent passwords are made of, written together by theme. */
const WORDS = `
password passwort passwd pass motdepasse contrasena parola senha wachtwoord haslo secret secreto geheim default changeme
change me please letmein let in open sesame opensesame login logon signin welcome willkommen bienvenue access entry
admin administrator root superuser user guest test testing tester demo sample example temp temporary master server system
computer internet network oracle cisco windows microsoft apple google facebook yahoo gmail hotmail youtube twitter
instagram linkedin amazon samsung android iphone nokia sony dell toshiba lenovo
qwerty qwertz azerty asdf zxcv qaz wsx qazwsx asdfgh zxcvbn qwer qwertyuiop asdfghjkl zxcvbnm
abc abcd abcde abcdef abcdefg xyz xxx aaa zzz
monkey dragon shadow tiger lion eagle falcon hawk wolf bear panther cougar jaguar horse mustang pony dolphin shark
butterfly bird fish kitty kitten cat dog doggy puppy bunny rabbit snoopy garfield mickey minnie donald pluto bambi
buster rocky max bella charlie cooper lucky molly daisy lucy sadie maggie sophie bailey chloe ginger princess prince
king queen angel angels heaven devil demon satan god jesus christ jesuschrist bible faith grace hope blessed church
love lover loveyou iloveyou iloveu loveme lovely forever together kisses kiss sweet sweetie sweetheart honey baby babygirl
babyboy darling beautiful pretty cutie hottie sexy sexylady family mother father mommy daddy mama papa sister brother
friend friends bestfriend boyfriend girlfriend wife husband wedding
football soccer baseball basketball hockey tennis golf golfer cricket rugby nascar racing boxing wrestling swimming
liverpool arsenal chelsea barcelona realmadrid juventus manchester united madrid milan bayern yankees cowboys steelers
lakers packers eagles giants raiders broncos patriots redsox cubs bulls celtics chicago dallas boston
superman batman spiderman ironman pokemon pikachu naruto starwars star wars startrek trek matrix gandalf hobbit frodo
harry potter harrypotter hogwarts zelda mario luigi sonic minecraft fortnite roblox warcraft starcraft counter strike
counterstrike halo killer hunter ninja samurai warrior pirate wizard magic merlin phoenix mystic thunder storm lightning
sunshine sunflower sun moon stars starlight rainbow summer winter spring autumn fall season snow snowball rain flower
flowers rose roses lily jasmine orchid peaches peach banana apple orange cherry strawberry lemon mango chocolate cookie
cookies candy sugar coffee cheese pepper pizza chicken taco whiskey vodka tequila corona
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday
red blue green yellow purple pink black white silver golden gold diamond crystal platinum
america american canada mexico brazil england london paris france germany berlin italy roma spain espana india china japan
tokyo russia moscow poland polska texas florida california newyork york vegas hollywood world
freedom liberty trustno trustnoone trust noone nothing whatever something hello hi hey goodbye bye thanks thank you
michael jordan jennifer jessica ashley amanda nicole michelle melissa stephanie samantha elizabeth victoria alexandra
daniel andrew joshua matthew anthony robert william thomas james john david joseph richard charles george steven kevin
brian jason justin ryan brandon tyler jonathan nicholas christopher alexander benjamin patrick martin peter paul mark
maria anna laura sarah andrea carlos juan jose luis miguel pedro diego antonio francisco alejandro fernando
hannah emily madison olivia emma abigail isabella natasha tatiana svetlana dmitry sergey vladimir ivan
music guitar drummer metallica nirvana slipknot eminem beatles elvis rock punk metal jazz dance dancer
ferrari porsche mercedes bmw audi toyota honda yamaha suzuki harley davidson corvette camaro ford chevy dodge
money dollar cash rich lucky winner casino poker business office company corporate finance manager boss
soldier army navy marine marines police fire fireman firefighter ranger captain pilot sailor
school student teacher college university science history english math
nurse doctor hospital medical medicine health healthcare clinic patient therapy therapist
ready player one two three four five six seven eight nine ten hundred thousand first second last number
new old big little small super mega ultra great good bad best cool hot fast happy smile crazy silly funny
my your our the this that is are am i a u o r s it to be of and or not no yes for with on at by
security secure safe safety private public login passcode passphrase passkey pin code key keys lock unlock
correcthorsebatterystaple
fuck fucking fuckyou shit bitch asshole bastard damn hell ass sex pussy dick cock porn
`;

/** Small letters, no duplicates. */
export const BREACHED_WORDS: ReadonlySet<string> = new Set(WORDS.split(/\s+/).filter((word) => word !== ''));
