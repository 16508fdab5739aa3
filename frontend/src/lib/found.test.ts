import { expect, it } from 'vitest';
import { partsOf } from './found';

const marked = (text: string, search: string) =>
  partsOf(text, search)
    .map((part) => (part.isFound ? `[${part.text}]` : part.text))
    .join('');

it('marks every place, in any case', () => {
  expect(marked('Order_orders', 'ORDER')).toBe('[Order]_[order]s');
  expect(marked('app.orders', ' app. ')).toBe('[app.]orders');
});

it('leaves the text whole when nothing is searched for or found', () => {
  expect(marked('orders', '')).toBe('orders');
  expect(marked('orders', 'x')).toBe('orders');
  expect(marked('İstanbul', 'istanbul')).toBe('İstanbul');
});
