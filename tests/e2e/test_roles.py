"""What a role may not do is in its place, cannot be done, and says which role can."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.world import World, card, collection_row, open_page

NEEDS_EDITOR = "Insufficient permissions: this needs the EDITOR role, yours is VIEWER."
NEEDS_ADMIN = "Insufficient permissions: this needs the ADMIN role, yours is {role}."


def buttons_for_editors(page: Page, world: World) -> dict[str, list[Locator]]:
    """What changes something, by the address of the page that it is on."""
    main = page.get_by_role("main")

    def button(name: str) -> Locator:
        return main.get_by_role("button", name=name, exact=True)

    return {
        "/endpoints": [button("Register"), card(page, world.shop).get_by_test_id("endpoint-trigger")],
        "/endpoints/new?connector=sqlite": [button("Test connection"), button("Save")],
        world.paths["endpoint"]: [main.get_by_test_id("endpoint-trigger"), button("Edit"), button("Delete")],
        world.paths["edit"]: [button("Test connection"), button("Save")],
        "/collections?search=Shop": [
            button("New collection"),
            collection_row(page, world.shop).get_by_test_id("collection-trigger"),
        ],
        world.paths["shop-run"]: [main.get_by_test_id("run-again")],
    }


def test_a_viewer_is_told_why_not_on_every_page(viewer: Page, world: World) -> None:
    for path, buttons in buttons_for_editors(viewer, world).items():
        open_page(viewer, path)
        for button in buttons:
            expect(button, path).to_have_attribute("aria-disabled", "true")
            expect(button, path).to_have_attribute("aria-description", NEEDS_EDITOR)
            expect(button, path).to_be_enabled(enabled=False)
        buttons[0].hover()
        expect(viewer.get_by_role("tooltip"), path).to_have_text(NEEDS_EDITOR)


def test_a_viewer_changes_nothing_about_a_collection(viewer: Page, world: World) -> None:
    open_page(viewer, "/collections?search=Shop")
    row = collection_row(viewer, world.shop)
    switch = row.get_by_test_id("collection-enabled")
    expect(switch).to_be_disabled()
    switch.hover()
    expect(viewer.get_by_role("tooltip")).to_have_text(NEEDS_EDITOR)
    row.get_by_role("button", name="More about").click()
    expect(viewer.get_by_role("menu")).to_contain_text(NEEDS_EDITOR)
    for name in ("Edit schedule", "Delete collection"):
        expect(viewer.get_by_role("menuitem", name=name)).to_be_disabled()


def test_a_viewer_reads_everything(viewer: Page, world: World) -> None:
    for name, path in world.paths.items():
        if name != "settings":
            open_page(viewer, path)
            expect(viewer.get_by_test_id("state-error"), path).to_have_count(0)


def test_an_editor_may_do_all_of_it(editor: Page, world: World) -> None:
    for path, buttons in buttons_for_editors(editor, world).items():
        open_page(editor, path)
        for button in buttons:
            expect(button, path).to_be_visible()
            expect(button, path).not_to_have_attribute("aria-description", NEEDS_EDITOR)


def test_only_an_administrator_sees_tokens_and_the_audit_log(
    viewer: Page, editor: Page, page: Page, world: World
) -> None:
    for tab in ("tokens", "audit"):
        for somebody, role in ((viewer, "VIEWER"), (editor, "EDITOR")):
            open_page(somebody, f"/settings?tab={tab}")
            refusal = somebody.get_by_role("main").get_by_test_id("state-error")
            expect(refusal).to_have_attribute("data-code", "E_ROLE_FORBIDDEN")
            expect(refusal).to_contain_text("Insufficient permissions")
            expect(refusal).to_contain_text(NEEDS_ADMIN.format(role=role))
        open_page(page, f"/settings?tab={tab}")
        expect(
            page.get_by_role("main").get_by_role("table").or_(page.get_by_test_id("state-empty"))
        ).to_be_visible()
        expect(page.get_by_test_id("state-error")).to_have_count(0)
