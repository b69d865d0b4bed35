from frigate_ext.runtime.cache import cache_dir


def fetch_clip():
    return cache_dir() / "clips" / "bikes.mp4"
