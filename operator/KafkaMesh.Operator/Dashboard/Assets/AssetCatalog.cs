using System.Collections.Concurrent;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace KafkaMesh.Operator.Dashboard.Assets;

/// <summary>
/// The files of the web UI, which the build embeds when they have been made. Each is read and compressed when it is first asked for.
/// </summary>
internal sealed partial class AssetCatalog
{
    /// <summary>Page that everything else of the UI is reached from.</summary>
    public const string Index = "index.html";

    private const string Prefix = "web/";
    private const int WorthCompressing = 1024;

    private static readonly Dictionary<string, string> s_types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".map"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
    };

    private readonly Assembly _assembly;
    private readonly HashSet<string> _names;
    private readonly ConcurrentDictionary<string, Asset> _assets = new(StringComparer.Ordinal);

    /// <summary>Lists the files in an assembly.</summary>
    public AssetCatalog(Assembly assembly)
    {
        _assembly = assembly;
        _names = assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..].Replace('\\', '/')).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The program was built with the web UI.</summary>
    public bool IsBuilt => _names.Contains(Index);

    /// <summary>A file by its path without leading slash; null when there is none.</summary>
    public Asset? Find(string name) => _names.Contains(name) ? _assets.GetOrAdd(name, Read) : null;

    private Asset Read(string name)
    {
        using var stream = _assembly.GetManifestResourceStream(Prefix + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var type = s_types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream");
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"";
        return new Asset(content, IsText(type) && content.Length >= WorthCompressing ? Compress(content) : null, type, tag, HashedName().IsMatch(name));
    }

    private static bool IsText(string type) => type.StartsWith("text/", StringComparison.Ordinal) || type.Contains("json", StringComparison.Ordinal) || type.Contains("svg", StringComparison.Ordinal);

    private static byte[] Compress(byte[] content)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(content);
        return output.ToArray();
    }

    // As Vite names what it builds: assets/index-BxJ2k9_a.js.
    [GeneratedRegex(@"^assets/.*-[A-Za-z0-9_-]{8}\.[a-z0-9]+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HashedName();
}
