import { createBrowserRouter, type RouteObject } from 'react-router';
import { BrokenPage } from './broken-page';
import { RequireSession } from './require-session';
import { Shell } from './shell';

type Page = Promise<{ default: React.ComponentType }>;

function page(path: string, load: () => Page): RouteObject {
  return { path, errorElement: <BrokenPage />, lazy: async () => ({ Component: await loaded(load) }) };
}

/** The page, or what tells that it could not be loaded: of a `lazy` that is rejected the router shows nothing. */
async function loaded(load: () => Page): Promise<React.ComponentType> {
  try {
    return (await load()).default;
  } catch (cause) {
    const error = new Error('Muster does not answer, or it has been updated.', { cause });
    return () => {
      throw error;
    };
  }
}

/** The pages and their addresses; each page is loaded when it is first opened. */
export function createRouter() {
  return createBrowserRouter([
    { ...page('/sign-in', () => import('@/pages/sign-in')), hydrateFallbackElement: <></> },
    {
      element: <RequireSession />,
      errorElement: <BrokenPage />,
      hydrateFallbackElement: <></>,
      children: [
        {
          element: <Shell />,
          children: [
            page('/', () => import('@/pages/overview')),
            page('/endpoints', () => import('@/pages/endpoints')),
            page('/endpoints/new', () => import('@/pages/endpoint-form')),
            page('/endpoints/:id/edit', () => import('@/pages/endpoint-form')),
            page('/endpoints/:id', () => import('@/pages/endpoint')),
            page('/collections', () => import('@/pages/collections')),
            page('/runs/:id', () => import('@/pages/run')),
            page('/catalog', () => import('@/pages/catalog')),
            page('/catalog/:id', () => import('@/pages/dataset')),
            page('/changes', () => import('@/pages/changes')),
            page('/compare', () => import('@/pages/compare')),
            page('/removals', () => import('@/pages/removals')),
            page('/settings', () => import('@/pages/settings')),
            page('/graphiql', () => import('@/pages/graphiql')),
            page('*', () => import('@/pages/not-found')),
          ],
        },
      ],
    },
  ]);
}
