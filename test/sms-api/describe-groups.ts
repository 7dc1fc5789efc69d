import { describe, expect, it } from "@jest/globals";
import { ANN, BOB, DAY_MS, inFuture, TEXT, TIME, ULID } from "./example.ts";
import type { SmsApiStage } from "./sms-api-stage.ts";

/** Groups of numbers. */
export function describeGroups(stage: SmsApiStage): void {
  describe("groups", () => {
    it("are created, shown, listed, changed, replaced and deleted", async () => {
      const child = await stage.api.createGroup({ name: "Children", members: ["+46700000021"] });
      const autoUpdate = { to: "12015550123", add: { first_word: "Join" }, remove: { first_word: "Leave" } };
      const group = await stage.api.createGroup({
        name: "Parents",
        members: [`+${ANN}`, ANN],
        child_groups: [child.id],
        auto_update: autoUpdate,
      });
      expect(group).toEqual({
        id: expect.stringMatching(ULID),
        name: "Parents",
        size: 2,
        created_at: expect.stringMatching(TIME),
        modified_at: group["created_at"],
        child_groups: [child.id],
        auto_update: autoUpdate,
      });
      expect(await stage.api.getGroup(group.id)).toEqual(group);
      expect((await stage.api.listGroups({ page_size: 1 })).map(({ id }) => id)).toEqual([group.id, child.id]);
      expect(await stage.api.listGroupMembers(group.id)).toEqual([ANN, "46700000021"]);
      const taken = { status: 403, code: "conflict_group_name" };
      await expect(stage.api.createGroup({ name: "Parents" })).rejects.toMatchObject(taken);

      const changes = { add: [BOB], remove: [ANN], name: null, add_from_group: child.id };
      const updated = await stage.api.updateGroup(group.id, changes);
      expect(updated).toMatchObject({ id: group.id, size: 2, created_at: group["created_at"] });
      expect(updated).not.toHaveProperty("name");
      expect((await stage.api.listGroupMembers(group.id)).toSorted()).toEqual(["46700000021", BOB]);

      const replaced = await stage.api.replaceGroup(group.id, { name: "Others", members: ["46700000022"] });
      expect(replaced).toMatchObject({ id: group.id, name: "Others", size: 1, created_at: group["created_at"] });
      expect(replaced).not.toHaveProperty("child_groups");

      await stage.api.deleteGroup(group.id);
      await expect(stage.api.getGroup(group.id)).rejects.toMatchObject({ status: 404 });
      await expect(stage.api.sendBatch({ ...TEXT, to: [group.id] })).rejects.toMatchObject({
        status: 403,
        code: "unknown_group",
      });
    });

    it("are texted as they are when the batch is sent", async () => {
      const { id } = await stage.api.createGroup({ members: ["46700000031"] });
      const later = { ...TEXT, to: [id, "46700000033"], send_at: inFuture(DAY_MS) };
      const batch = await stage.api.sendBatch(later);
      await stage.api.updateGroup(id, { add: ["46700000032"] });
      expect(stage.emulator.timesTexted("46700000031")).toBe(0);
      await stage.api.updateBatch(batch.id, { send_at: null });
      const texted = ["31", "32", "33"].map((end) => stage.emulator.timesTexted(`467000000${end}`));
      expect(texted).toEqual([1, 1, 1]);
      expect((await stage.api.getBatch(batch.id))["to"]).toEqual([id, "46700000033"]);
    });

    it("change through what phones text to them", async () => {
      const to = "12015550199";
      const autoUpdate = {
        to,
        add: { first_word: "join", second_word: "us" },
        remove: { first_word: "stop", second_word: "it" },
      };
      const { id } = await stage.api.createGroup({ auto_update: autoUpdate });
      const message = { plan: stage.plan, from: BOB, to };
      stage.emulator.receive({ ...message, body: "JOIN us please" });
      expect(await stage.api.listGroupMembers(id)).toEqual([BOB]);
      stage.emulator.receive({ ...message, body: "Stop!" });
      expect(await stage.api.listGroupMembers(id)).toEqual([BOB]);
      stage.emulator.receive({ ...message, body: "stop it" });
      expect(await stage.api.listGroupMembers(id)).toEqual([]);
    });
  });
}
