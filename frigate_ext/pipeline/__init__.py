"""From one camera's frames to its tracked objects; decides by the frames' own time only. See `pipeline`."""

from frigate_ext.pipeline.pipeline import Pipeline
from frigate_ext.pipeline.settings import PipelineSettings, StationarySettings
from frigate_ext.pipeline.step import Draft, Step

__all__ = ["Draft", "Pipeline", "PipelineSettings", "StationarySettings", "Step"]
