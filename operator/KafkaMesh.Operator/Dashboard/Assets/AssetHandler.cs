using KafkaMesh.Operator.Dashboard.Http;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Dashboard.Assets;

/// <summary>Serves the web UI: files by their path, and its page for every other path, which the UI itself understands.</summary>
internal sealed class AssetHandler(AssetCatalog catalog, AnswerWriter writer)
{
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; object-src 'none'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Headers of every answer: nothing from elsewhere runs in the page, and the page in no other.</summary>
    public static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY"; // for browsers that know no frame-ancestors
    }

    /// <summary>Answers with a file.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public Task HandleAsync(HttpContext context)
    {
        if (!catalog.IsBuilt)
            throw new ProblemException(503, "this operator was built without the web UI; make builds it in, and the API under /api/v1 works without it");
        var path = (context.Request.Path.Value ?? "").TrimStart('/');
        var asset = catalog.Find(path.Length == 0 ? AssetCatalog.Index : path);
        if (asset is null && !Path.HasExtension(path))
            asset = catalog.Find(AssetCatalog.Index);
        return asset is null ? throw ProblemException.NotFound($"the web UI has no file {RequestQuery.Echo(path)}") : WriteAsync(context, asset);
    }

    private Task WriteAsync(HttpContext context, Asset asset)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = asset.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        var isCompressed = asset.Compressed is not null && Accepts(context.Request.Headers.AcceptEncoding.ToString());
        if (asset.Compressed is not null)
            headers.Vary = "Accept-Encoding";
        var tag = isCompressed ? asset.EntityTag.Insert(asset.EntityTag.Length - 1, "-gzip") : asset.EntityTag;
        headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        if (isCompressed)
            headers.ContentEncoding = "gzip";
        return writer.WriteAsync(context, StatusCodes.Status200OK, asset.ContentType, isCompressed ? asset.Compressed : asset.Content);
    }

    private static bool Accepts(string encodings) => encodings.Split(',', StringSplitOptions.TrimEntries).Any(
        e => e == "gzip" || (e.StartsWith("gzip;", StringComparison.Ordinal) && !e.Replace(" ", "", StringComparison.Ordinal).EndsWith(";q=0", StringComparison.Ordinal)));
}
