"""Where localities' folders lie: by their path, or by their name under `processes/`."""

from pathlib import Path

from bihuan.domain.errors import BadInput

PROCESSES = Path(__file__).resolve().parents[2] / "processes"


def locality_folder(name: str) -> Path:
    """The folder of a locality named `zibo`, or at a path such as processes/zibo. Raises BadInput."""
    for folder in (PROCESSES / name, Path(name)):
        if (folder / "locality.toml").is_file():
            return folder
    raise BadInput(name, "", "没有这个辖区：找不到它的 locality.toml", "写辖区名（如 zibo）或目录（如 processes/zibo）")
