import type { CarefulService } from "./careful-service.ts";
import type { Strike, StrikeKind } from "./chaos-plan.ts";
import type { Diary } from "./diary.ts";
import type { ForgetfulRedis } from "./forgetful-redis.ts";
import type { Provider } from "./provider.ts";
import type { StruckWebhooks } from "./struck-webhooks.ts";
import type { WorkerCrew } from "./worker-crew.ts";

/** Everything that can be struck. */
export type Targets = {
  readonly crew: WorkerCrew;
  readonly redis: ForgetfulRedis;
  readonly provider: Provider;
  readonly service: CarefulService;
  readonly webhooks: StruckWebhooks;
  readonly diary: Diary;
  readonly pause: (ms: number) => Promise<void>;
};

/** Does what a strike says, and resolves when its consequences are undone. @returns whether there was anything to strike */
export async function performStrike(targets: Targets, { kind, action }: Strike): Promise<boolean> {
  const { diary, crew } = targets;
  switch (action.on) {
    case "worker": {
      diary.note(`${kind} worker ${action.worker} for ${action.downMs} ms`);
      return crew[action.how](action.worker, action.downMs);
    }
    case "webhooks":
      diary.note(`${kind} for ${action.downMs} ms`);
      await targets.webhooks.kill(action.downMs);
      return true;
    case "redis":
      if (action.how === "disconnect") {
        diary.note(kind);
        await targets.service.disconnectAll();
      } else await crashRedis(targets, kind, action);
      return true;
    case "provider":
      diary.note(
        `${kind} ${JSON.stringify(action.faults)}${action.lastsMs === null ? "" : ` for ${action.lastsMs} ms`}`,
      );
      await strikeProvider(targets, action);
      return true;
    case "region":
      await strikeRegion(targets, action);
      return true;
  }
}

async function strikeRegion(
  { service, diary, pause }: Targets,
  action: Extract<Strike["action"], { on: "region" }>,
): Promise<void> {
  const { region } = action;
  if (action.how === "limits") {
    diary.note(`limits of ${region}: ${JSON.stringify(action.limits)}`);
    return service.operate(region, async (control) => control.setLimits(action.limits));
  }
  diary.note(`pause of ${region} for ${action.lastsMs} ms`);
  await service.operate(region, async (control) => control.pause());
  await pause(action.lastsMs);
  await service.operate(region, async (control) => control.resume());
  diary.note(`${region} is resumed`);
}

async function crashRedis(
  { redis, service, diary }: Targets,
  kind: StrikeKind,
  { downMs, forgetMs }: { readonly downMs: number; readonly forgetMs: number },
): Promise<void> {
  const { killedAt, forgottenBytes } = await redis.crash(downMs, forgetMs, () =>
    diary.note(`${kind} for ${downMs} ms`),
  );
  const again = await service.askAgainAfter({ killedAt, isForgetful: forgottenBytes > 0 });
  diary.note(
    `Redis is back, ${forgottenBytes} bytes of the last ${forgetMs} ms forgotten, ${again} sends and messages asked for again`,
  );
}

async function strikeProvider(
  { provider, diary, pause }: Targets,
  { faults, lastsMs }: Extract<Strike["action"], { on: "provider" }>,
): Promise<void> {
  const ids = await provider.addFaults(faults);
  if (lastsMs === null) return;
  await pause(lastsMs);
  await provider.removeFaults(ids);
  diary.note(`the provider's ${ids.join(", ")} is over`);
}
