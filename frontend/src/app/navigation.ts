import {
  IconCode,
  IconDatabase,
  IconDatabaseSearch,
  IconGitCompare,
  IconHistory,
  IconLayoutDashboard,
  IconSettings,
} from '@/components/icons';

/** The pages that the side bar and Ctrl-K list. */
export const NAVIGATION = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard },
  { to: '/endpoints', label: 'Endpoints', icon: IconDatabase },
  { to: '/collections', label: 'Collections', icon: IconHistory },
  { to: '/catalog', label: 'Catalog', icon: IconDatabaseSearch },
  { to: '/changes', label: 'Changes', icon: IconGitCompare },
  { to: '/settings', label: 'Settings', icon: IconSettings },
  { to: '/graphiql', label: 'GraphiQL', icon: IconCode },
] as const;
