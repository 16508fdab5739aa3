import { useNavigate, useParams } from 'react-router';
import { RunDetail } from './run-detail';

export default function RunPage() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  return <RunDetail id={id} isPage onRun={(next) => navigate(`/runs/${next}`)} />;
}
