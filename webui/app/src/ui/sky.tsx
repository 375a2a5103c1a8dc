import { describeSky, describeSurface } from "../format.ts";
import { SkyForm } from "./changes.tsx";
import { useSession } from "./context.ts";

/** The weather now, in a line; nothing where the roads only have a condition. */
export function Sky() {
  const { weather } = useSession().store;
  const now = weather.value;
  if (!now?.sky) return null;
  return (
    <div class="card sky" data-testid="sky">
      <strong>{describeSky(now.sky)}</strong>
      {now.surface && <span>{describeSurface(now.surface)}</span>}
      <SkyForm />
    </div>
  );
}
