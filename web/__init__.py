"""The web layer: pages for people, made from what the three services answer. It imports nothing from `services`.

How a page is made, by example of a feature `root_causes`:

    web/root_causes/routes.py                   router = feature_router("root_causes"): every page of it for signed-in people,
                                                every form protected. Added to FOR_SIGNED_IN in main.py
    web/root_causes/pages.py                    frozen dataclasses, one a page, each with its `title` (which is also the h1),
                                                and the forms (`web/forms.py`)
    web/clients/plan.py                         one method for each endpoint; answers are `Answer`s, never dicts
    web/templates/root_causes/page.html.jinja   extends "layout.html.jinja"; `page` is the page object
    web/templates/root_causes/_results.html.jinja   a partial: imports its own macros; included by the page, and what htmx gets

    @router.get("/root-causes")
    async def root_causes(request: Request, plan: Plan) -> Response:
        shown = RootCausesPage(await plan.root_causes(...))
        return page(request, "root_causes/page.html.jinja", shown, part="root_causes/_results.html.jinja")

A form is posted to the address whose GET shows it (with `Form.shown`), so that a lost session can bring it back filled. Its
first child is `components/_form_guard.html.jinja`, and `error_summary(page.form)` stands before it in the same partial, so that
htmx gets it too. After success: `see_other(request, path, Notice(...))`. After a service's 422: `form.refuse(error)` and the
same page with `status=422`. Elements with htmx words carry `hx-nonce="{{ nonce }}"`; what is to take the focus `data-focus`.
"""
