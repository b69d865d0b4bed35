"""What all sections share."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """A mapping of the file, checked and frozen. A key with nothing after it counts as absent.

    Keys that no field reads are somebody else's business (`config.unknown`).
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, allow_inf_nan=False)
    free_form: ClassVar[bool] = False
    """Whether any other key may stand beside the fields."""

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if data is None:
            return {}
        if isinstance(data, dict):
            return {name: value for name, value in data.items() if value is not None}
        return data
