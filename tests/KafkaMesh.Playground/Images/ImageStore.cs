using System.Formats.Tar;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Images;

/// <summary>The images of the node: archives as <c>docker save</c> and <c>podman save</c> write them, unpacked once into root file systems.</summary>
internal sealed class ImageStore(string directory)
{
    private const int MaximumManifestSize = 1 << 20;
    private readonly Dictionary<string, Image> byName = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int nextImage;

    /// <summary>Every name that an image can be asked for by.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (gate) return [.. byName.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The image of a reference as a pod writes it, or null when the node does not have it.</summary>
    public Image? Find(string reference)
    {
        lock (gate) return byName.GetValueOrDefault(Normalize(reference));
    }

    /// <summary>Loads every <c>*.tar</c> of a directory.</summary>
    public async Task LoadDirectoryAsync(string archives, CancellationToken cancellationToken = default)
    {
        foreach (var archive in Directory.GetFiles(archives, "*.tar").Order(StringComparer.Ordinal)) await LoadAsync(archive, cancellationToken);
    }

    /// <summary>Unpacks one archive and makes it known by its tags.</summary>
    /// <exception cref="InvalidDataException">The file is no image archive; the message says what is missing.</exception>
    public async Task<Image> LoadAsync(string archive, CancellationToken cancellationToken = default)
    {
        var unpacked = Path.Combine(directory, $"i{Interlocked.Increment(ref nextImage)}");
        var root = unpacked + "/rootfs";
        Directory.CreateDirectory(root);
        await HostCommand.RunAsync("tar", ["-xf", archive, "-C", unpacked, "--no-same-owner", "--exclude=rootfs"], cancellationToken: cancellationToken);
        var manifest = ReadJson(unpacked, "manifest.json", archive) is JsonArray { Count: > 0 } entries && entries[0] is JsonObject first
            ? first : throw new InvalidDataException($"{archive}: manifest.json lists no image; make it with `docker save` or `podman save`");
        foreach (var layer in (manifest["Layers"] as JsonArray ?? []).Select(l => Member(unpacked, (string)l!, archive)))
        {
            await ApplyLayerAsync(layer, root, cancellationToken);
            File.Delete(layer);
        }
        var image = new Image(root, (string)manifest["Config"]!, ReadJson(unpacked, (string)manifest["Config"]!, archive)["config"] as JsonObject ?? []);
        lock (gate)
        {
            foreach (var tag in manifest["RepoTags"] as JsonArray ?? []) byName[Normalize((string)tag!)] = image;
        }
        return image;
    }

    /// <summary>The short form that all spellings of a reference share: no default registry, and <c>latest</c> when nothing is said.</summary>
    internal static string Normalize(string reference)
    {
        foreach (var prefix in new[] { "docker.io/library/", "docker.io/", "localhost/" })
        {
            if (reference.StartsWith(prefix, StringComparison.Ordinal))
            {
                reference = reference[prefix.Length..];
                break;
            }
        }
        return reference.Contains('@') || reference.LastIndexOf(':') > reference.LastIndexOf('/') ? reference : reference + ":latest";
    }

    /// <summary>Unpacks a layer over the ones below it; a <c>.wh.NAME</c> entry removes NAME, <c>.wh..wh..opq</c> empties its directory (OCI image layer).</summary>
    private static async Task ApplyLayerAsync(string layer, string root, CancellationToken cancellationToken)
    {
        foreach (var whiteout in await ReadWhiteoutsAsync(layer, cancellationToken))
        {
            var parent = Node.Launch.RootedPath.Resolve(root, Path.GetDirectoryName("/" + whiteout)!);
            var name = Path.GetFileName(whiteout)[".wh.".Length..];
            foreach (var victim in name == ".wh..opq" ? Directory.Exists(parent) ? Directory.GetFileSystemEntries(parent) : [] : [Path.Combine(parent, name)])
            {
                if (Directory.Exists(victim) && new FileInfo(victim).LinkTarget is null) Directory.Delete(victim, recursive: true);
                else File.Delete(victim);
            }
        }
        await HostCommand.RunAsync("tar", ["-xf", layer, "-C", root, "--numeric-owner", "--same-owner", "-p", "--exclude=.wh.*", "--keep-directory-symlink"],
            cancellationToken: cancellationToken);
    }

    private static async Task<List<string>> ReadWhiteoutsAsync(string layer, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await using var file = File.OpenRead(layer);
        await using var reader = new TarReader(file);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (Path.GetFileName(entry.Name).StartsWith(".wh.", StringComparison.Ordinal)) found.Add(entry.Name);
        }
        return found;
    }

    private static JsonNode ReadJson(string unpacked, string name, string archive)
    {
        var path = Member(unpacked, name, archive);
        if (new FileInfo(path).Length > MaximumManifestSize) throw new InvalidDataException($"{archive}: {name} is larger than 1 MiB");
        return JsonNode.Parse(File.ReadAllBytes(path)) ?? throw new InvalidDataException($"{archive}: {name} is empty");
    }

    private static string Member(string unpacked, string name, string archive)
    {
        var path = Node.Launch.RootedPath.Resolve(unpacked, name);
        return File.Exists(path) ? path : throw new InvalidDataException($"{archive}: {name} is missing; make it with `docker save` or `podman save`");
    }
}
