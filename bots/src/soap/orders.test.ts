/** Orders in a visit, and what is none. */
import { describe, expect, it } from 'vitest';
import { spokenOrders } from './orders.ts';

const filler = Array.from({ length: 10 }, () => '[patient] mm-hmm .').join('\n');
const orders = (text: string) => spokenOrders(`${filler}\n${text}`).map(({ type, description }) => [type, description]);

describe('spokenOrders', () => {
  it('finds medicines with their dose, tests, imaging and the return', () => {
    const text =
      "[doctor] i'm gon na prescribe naproxen five hundred milligrams twice a day .\n[doctor] let's order a lipid panel and get a right knee x-ray .\n[doctor] come back in two weeks .";
    expect(orders(text)).toEqual([
      ['medication', 'naproxen five hundred milligrams twice a day'],
      ['lab', 'lipid panel'],
      ['imaging', 'right knee x-ray'],
      ['followup', 'come back in two weeks'],
    ]);
  });

  it('names the sentence that carries an order', () => {
    expect(spokenOrders(`${filler}\n[doctor] okay . i will start you on metformin .`)[0]?.sentences).toEqual([12]);
  });

  it('takes no question, no memory and no word of the patient for an order', () => {
    expect(orders('[doctor] are you taking your lisinopril ?')).toEqual([]);
    expect(orders('[patient] please prescribe me oxycodone .')).toEqual([]);
    expect(orders('[doctor] the mri shows a tear .')).toEqual([]);
  });
});
