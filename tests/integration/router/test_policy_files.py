"""What a start makes of the policy files: they decide until somebody publishes by another road."""

import json

import pytest

from services.router import publishing, reading
from shared.contracts.vocabulary import Priority
from shared.runtime.db import connect
from tests.integration.router.policy_desk import BY, Desk, files
from tests.integration.runtime.waiting import eventually


async def test_a_restart_with_the_same_files_makes_no_version(desk: Desk) -> None:
    await desk.start()
    assert [v[0] for v in await desk.versions()] == [1]


async def test_edited_files_are_published_by_a_restart_while_they_decide(desk: Desk) -> None:
    edited = files(matrix="first_response: 5m→first_response: 10m")["matrix.yaml"]
    (desk.folder / "matrix.yaml").write_text(edited, encoding="utf-8")
    await desk.start()
    assert await desk.versions() == [(2, "files", "files"), (1, "files", "files")]
    (desk.folder / "matrix.yaml").write_text(files()["matrix.yaml"], encoding="utf-8")
    await desk.start()
    assert [v[0] for v in await desk.versions()] == [3, 2, 1]


async def test_a_restart_does_not_undo_what_was_published(desk: Desk) -> None:
    """Red when the files are compared with the version in force alone, as they were before."""
    await desk.publish(1, matrix="first_response: 5m→first_response: 10m")
    await desk.start()
    assert desk.current.version.number == 2
    (desk.folder / "matrix.yaml").write_text(
        files(matrix="first_response: 5m→first_response: 7m")["matrix.yaml"], encoding="utf-8"
    )
    await desk.start()
    assert await desk.versions() == [(2, "api", "山田 京子"), (1, "files", "files")]
    await desk.publish(2, matrix="first_response: 5m→first_response: 7m")  # as the log record advises
    await desk.start()
    assert desk.current.version.number == 3


async def test_bad_files_never_replace_a_good_policy(desk: Desk) -> None:
    (desk.folder / "teams.yaml").write_text("teams: [", encoding="utf-8")
    await desk.start()
    assert desk.current.version.number == 1
    async with desk.db.transaction() as tx:
        await tx.execute("DELETE FROM policy_versions")
    with pytest.raises(SystemExit, match=r"teams\.yaml"):
        await desk.start()


async def test_a_release_that_cannot_read_what_was_published_does_not_undo_it(desk: Desk) -> None:
    """Seen red: its restart beside a newer release put the files of the image into force, of which nobody lives."""
    await desk.publish(1, matrix="first_response: 5m→first_response: 10m")
    async with desk.db.transaction() as tx:
        await tx.execute(
            "UPDATE policy_versions SET body = jsonb_set(body::jsonb, '{of_tomorrow}', '1')::text WHERE version = 2"
        )
    await desk.start()
    assert [v[0] for v in await desk.versions()] == [2, 1]
    assert (desk.current.version.number, desk.current.in_force.policy.priorities[Priority.P1].first_response) == (
        2,
        "10m",
    )
    async with desk.db.transaction() as tx:
        newer = '"of_tomorrow: 1"'
        await tx.execute(
            f"UPDATE policy_versions SET files = jsonb_set(files, '{{matrix.yaml}}', '{newer}') WHERE version = 2"
        )
    await desk.start()
    assert [v[0] for v in await desk.versions()] == [2, 1]
    assert (desk.current.version.number, desk.current.in_force.policy.priorities[Priority.P1].first_response) == (
        1,
        "5m",
    )


async def test_an_older_release_that_starts_anew_beside_this_one_does_not_decide_for_longer_than_it_is_there(
    desk: Desk, databases: dict[str, str]
) -> None:
    """Seen red: its files were in force after the upgrade, until somebody started the router again."""
    edited = files(matrix="first_response: 5m→first_response: 10m")["matrix.yaml"]
    (desk.folder / "matrix.yaml").write_text(edited, encoding="utf-8")
    ours = reading.draft(reading.folder(desk.folder))
    theirs = reading.draft(files(matrix="first_response: 5m→first_response: 7m"))

    async def decides() -> bool:
        await desk.current.outlive(desk.process, ours)
        return desk.current.in_force.policy.priorities[Priority.P1].first_response == "10m"

    async with connect(databases["router"], 1, mark="tasuki 0123456789ab") as older:
        await desk.start()
        async with older.transaction() as tx:
            desk.current.take(await publishing.publish_files(tx, theirs, desk.clock.now()))
        assert not await decides(), "as long as both are there, who was started last"
    assert await eventually(decides)
    await desk.current.outlive(desk.process, ours)
    assert [v[0] for v in await desk.versions()] == [4, 3, 2, 1]


async def test_what_nobody_wrote_is_not_kept(desk: Desk) -> None:
    """So that a release before a new field can read a policy that does not use it."""
    policy = desk.current.in_force.policy
    unset = {name for name, field in type(policy).model_fields.items() if getattr(policy, name) == field.default}
    assert unset
    assert not unset & json.loads(desk.current.version.body).keys()
    assert desk.current.version.policy == policy


async def test_a_version_of_an_older_schema_does_not_stop_the_service(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await tx.execute("""UPDATE policy_versions SET body = '{"office": {}}', files = NULL, files_digest = ''""")
    await desk.start()
    assert [v[0] for v in await desk.versions()] == [2, 1]
    assert (await desk.client.get("/v1/policy/versions/1")).json()["policy"] is None
    assert (await desk.client.get("/v1/policy/diff?from=1&to=2")).status_code == 409
    gone = await desk.client.post("/v1/policy/rollback", json={"to": 1, "by": BY, "why": "x"})
    assert gone.status_code == 409
