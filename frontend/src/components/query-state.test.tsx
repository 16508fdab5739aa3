import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import type { Live } from '@/api/use-live';
import { EmptyState } from './empty-state';
import { QueryState } from './query-state';

const STATES = ['state-loading', 'state-empty', 'state-error', 'state-auth', 'rows'];
const NOTHING: Live<string[]> = {
  data: undefined,
  error: undefined,
  isLoading: false,
  isStale: false,
  refetch: vi.fn(),
};

function shown(live: Partial<Live<string[]>>): string[] {
  render(
    <MantineProvider>
      <MemoryRouter>
        <QueryState
          live={{ ...NOTHING, ...live }}
          isEmpty={(rows) => rows.length === 0}
          empty={<EmptyState title="No runs yet" />}
        >
          {(rows) => <p data-testid="rows">{rows}</p>}
        </QueryState>
      </MemoryRouter>
    </MantineProvider>,
  );
  return STATES.filter((state) => screen.queryByTestId(state) !== null);
}

it.each<[string, Partial<Live<string[]>>, string[]]>([
  ['waiting', { isLoading: true }, ['state-loading']],
  ['rows', { data: ['a'] }, ['rows']],
  ['no rows', { data: [] }, ['state-empty']],
  ['an error', { error: new ApiError('E_LIMIT', 'Too much.') }, ['state-error']],
  ['an ended session', { error: new ApiError('E_AUTH_REQUIRED', 'Sign in.') }, ['state-auth']],
  ['an ended session over rows', { data: ['a'], error: new ApiError('E_AUTH_REQUIRED', '') }, ['state-auth']],
  ['an error over rows', { data: ['a'], error: new ApiError('E_LIMIT', '') }, ['state-error', 'rows']],
  ['a server that went away', { data: ['a'], error: new ApiError('E_UNREACHABLE', '') }, ['rows']],
])('shows %s as what it is', (_, live, states) => {
  expect(shown(live)).toEqual(states);
});

it('shows an error with its code and another try', () => {
  const refetch = vi.fn();
  shown({ error: new ApiError('E_ROLE_FORBIDDEN', 'This needs the EDITOR role.'), refetch });
  expect(screen.getByTestId('state-error').dataset.code).toBe('E_ROLE_FORBIDDEN');
  screen.getByText('Insufficient permissions');
  screen.getByText('This needs the EDITOR role.');
  screen.getByText('E_ROLE_FORBIDDEN');
  screen.getByRole('button', { name: 'Retry' }).click();
  expect(refetch).toHaveBeenCalledOnce();
});
