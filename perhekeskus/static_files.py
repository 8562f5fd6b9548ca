"""Static files under hashed names, modules that import each other included, compressed once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites `import … from "./other.js"`, so that a browser never mixes two releases of the scripts."""

    support_js_module_import_aggregation = True
