import { describeSky, describeSurface } from "../format.ts";
import { useSession } from "./context.ts";

/** The weather now, in a line; nothing where the roads only have a condition. */
export function Sky() {
  const { weather } = useSession().store;
  const now = weather.value;
  if (!now?.sky) return null;
  return (
    <p class="card sky" data-testid="sky">
      <strong>{describeSky(now.sky)}</strong>
      {now.surface && <span>{describeSurface(now.surface)}</span>}
    </p>
  );
}
