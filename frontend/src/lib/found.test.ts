import { describe, expect, it } from 'vitest';
import { excerptOf, partsOf } from './found';

const marked = (text: string, search: string) =>
  partsOf(text, search)
    .map((part) => (part.isFound ? `[${part.text}]` : part.text))
    .join('');

describe('partsOf', () => {
  it('marks every place, in any case', () => {
    expect(marked('Order_orders', 'ORDER')).toBe('[Order]_[order]s');
    expect(marked('app.orders', ' app. ')).toBe('[app].orders');
  });

  it('sees through what names are joined by', () => {
    expect(marked('CustomerId', 'customer_id')).toBe('[CustomerId]');
    expect(marked('the_customer-id', 'CustomerId')).toBe('the_[customer-id]');
  });

  it('marks the words where the whole is not there, at beginnings only', () => {
    expect(marked('What the customer says about parcels', 'parcel customer')).toBe(
      'What the [customer] says about [parcel]s',
    );
    expect(marked('reorder the order', 'order now')).toBe('reorder the [order]');
  });

  it('leaves the text whole when nothing is searched for or found', () => {
    expect(marked('orders', '')).toBe('orders');
    expect(marked('orders', 'x')).toBe('orders');
    expect(marked('a_b', '_')).toBe('a_b');
    expect(marked('İstanbul', 'istanbul')).toBe('İstanbul');
    expect(marked('', 'x')).toBe('');
  });
});

describe('excerptOf', () => {
  it('begins a little before what was found', () => {
    const text = `${'word '.repeat(20)}the parcel arrives`;
    expect(excerptOf(text, 'parcel')).toBe('… word word the parcel arrives');
    expect(excerptOf('the parcel', 'parcel')).toBe('the parcel');
    expect(excerptOf(text, 'absent')).toBe(text);
  });
});
