using System.IO.Compression;
using KafkaMesh.Operator.Dashboard.Assets;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>The web UI as it is served; the files are those that this assembly embeds as the build embeds the real ones.</summary>
public sealed class AssetTests
{
    private static readonly AnswerWriter s_writer = new(new WaitingAnswers(1), TimeProvider.System);
    private readonly AssetHandler _handler = new(new AssetCatalog(typeof(AssetTests).Assembly), s_writer);

    [Theory]
    [InlineData("/", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/index.html", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/monitors/shop/orders", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/favicon.svg", "image/svg+xml", "no-cache")]
    [InlineData("/assets/index-AbCd_123.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable")]
    public async Task Get_File_HasItsTypeAndLifetime(string path, string type, string caching)
    {
        var context = await GetAsync(path);
        Assert.Equal((200, type, caching), (context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.CacheControl.ToString()));
        Assert.Equal(context.Response.ContentLength, context.Response.Body.Length);
        Assert.Equal(304, (await GetAsync(path, ("If-None-Match", context.Response.Headers.ETag.ToString()))).Response.StatusCode);
    }

    [Theory]
    [InlineData("gzip, br", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity", false)]
    public async Task Get_LargeText_IsCompressedForWhoTakesIt(string encodings, bool isCompressed)
    {
        var context = await GetAsync("/assets/index-AbCd_123.js", ("Accept-Encoding", encodings));
        Assert.Equal(isCompressed ? "gzip" : "", context.Response.Headers.ContentEncoding.ToString());
        Assert.Equal("Accept-Encoding", context.Response.Headers.Vary.ToString());
        context.Response.Body.Position = 0;
        using var reader = new StreamReader(isCompressed ? new GZipStream(context.Response.Body, CompressionMode.Decompress) : context.Response.Body);
        Assert.StartsWith("export const text", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/assets/nope.js")]
    [InlineData("/../../etc/passwd.txt")]
    [InlineData("/index.html/x.js")]
    public async Task Get_UnknownFile_IsNotFound(string path) => Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => GetAsync(path))).Status);

    [Fact]
    public async Task Get_ProgramBuiltWithoutIt_SaysSo()
    {
        var handler = new AssetHandler(new AssetCatalog(typeof(string).Assembly), s_writer);
        var problem = await Assert.ThrowsAsync<ProblemException>(() => handler.HandleAsync(new DefaultHttpContext { Request = { Path = "/" } }));
        Assert.Equal((503, "this operator was built without the web UI; make builds it in, and the API under /api/v1 works without it"), (problem.Status, problem.Message));
    }

    [Fact]
    public void Operator_BuiltWhereTheWebUIWasMade_HasItInside()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Repository.Root, "operator", "web", "package.json")), "the sources of the web UI are not in this tree: there is nothing to embed");
        Assert.True(new AssetCatalog(typeof(AssetCatalog).Assembly).IsBuilt, "operator/web/dist was not there when the operator was built");
    }

    private async Task<DefaultHttpContext> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext { Request = { Method = "GET", Path = path }, Response = { Body = new MemoryStream() } };
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        await _handler.HandleAsync(context);
        return context;
    }
}
