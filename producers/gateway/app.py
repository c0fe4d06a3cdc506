"""The ASGI application: routes behind the door."""

from typing import cast

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from producers.gateway.coming_in import answer_fault, answer_http_fault, answer_problem, the_gateway, the_key
from producers.gateway.door import App, Door
from producers.gateway.gateway import Gateway
from producers.gateway.openapi import describe
from producers.gateway.problems import Problem
from producers.gateway.routes_forms import forms_router
from producers.gateway.routes_ops import ops_router
from producers.gateway.routes_returns import returns_router

_OPENAPI = OpenAPIConfig(
    title="晴雨报送网关 Qingyu gateway",
    version="1",
    description="报送报表、查询结果、提交说明。Hand in returns, ask what became of them, explain figures.",
    components=Components(
        security_schemes={"key": SecurityScheme(type="http", scheme="bearer", description="qingyu key add UNIT")}
    ),
    security=[{"key": []}],
    use_handler_docstrings=True,
    render_plugins=[JsonRenderPlugin()],
)


def make_app(gateway: Gateway) -> Door:
    """The application of an open gateway. It neither opens nor closes it."""
    litestar = Litestar(
        route_handlers=[returns_router, forms_router, ops_router],
        dependencies={
            "gateway": Provide(the_gateway, sync_to_thread=False),
            "key": Provide(the_key, sync_to_thread=False),
        },
        exception_handlers={Problem: answer_problem, HTTPException: answer_http_fault, Exception: answer_fault},
        state=State({"gateway": gateway}),
        openapi_config=_OPENAPI,
        # The door has its own limits, by media type; faults are logged where they are answered.
        request_max_body_size=None,
        logging_config=None,
    )
    litestar.state.openapi = describe(litestar)
    return Door(cast("App", litestar), gateway.settings, gateway.metrics)
