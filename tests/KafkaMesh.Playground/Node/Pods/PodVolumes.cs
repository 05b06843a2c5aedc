using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Launch;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>The directories behind a pod's volumes. Volumes made from API objects are written as a kubelet writes them: files in a dated directory behind the link
/// <c>..data</c>, so that an update replaces all of them at once.</summary>
internal sealed class PodVolumes(string directory, VolumeContent content, JsonObject pod)
{
    private static readonly string[] FromObjects = ["configMap", "secret", "downwardAPI", "projected"];
    private readonly List<string> mounted = [];
    private int generation;

    /// <summary>Makes every volume.</summary>
    /// <exception cref="ContainerConfigurationException">With reason FailedMount: an object is missing.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var volume in pod.Objects("spec", "volumes"))
        {
            if (volume.At("emptyDir") is { } empty) MakeEmptyDirectory(volume, empty);
        }
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Writes the volumes made from API objects again: new tokens before the old ones expire, changed config maps and secrets.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        generation++;
        foreach (var volume in pod.Objects("spec", "volumes"))
        {
            var type = FromObjects.FirstOrDefault(type => volume.At(type) is not null);
            if (type is null) continue;
            Write(PathOf(volume), await content.CollectAsync(volume, cancellationToken), (int)(volume.Number(type, "defaultMode") ?? 420));
        }
    }

    /// <summary>The mounts of a container's volumeMounts.</summary>
    /// <exception cref="ContainerConfigurationException">A subPath leads out of its volume.</exception>
    public IReadOnlyList<LaunchMount> Mounts(JsonObject container, IReadOnlyDictionary<string, string> variables)
    {
        var mounts = new List<LaunchMount>();
        foreach (var mount in container.Objects("volumeMounts"))
        {
            var source = Path.Combine(directory, mount.Text("name") ?? "");
            var subPath = mount.Text("subPathExpr") is { } expression ? VariableExpansion.Expand(expression, variables) : mount.Text("subPath") ?? "";
            if (subPath.Length > 0) source = SubPath(source, subPath);
            mounts.Add(new LaunchMount(source, mount.Text("mountPath") ?? "", mount.Flag("readOnly") ?? false));
        }
        return mounts;
    }

    /// <summary>Removes every volume with its content.</summary>
    public void Remove()
    {
        foreach (var path in mounted) _ = LinuxCalls.Unmount(path, 2);
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }

    private string PathOf(JsonObject volume) => Path.Combine(directory, volume.Text("name") ?? "");

    private uint? Group => (uint?)pod.Number("spec", "securityContext", "fsGroup");

    private void MakeEmptyDirectory(JsonObject volume, JsonNode empty)
    {
        var path = PathOf(volume);
        if (Directory.Exists(path)) return;
        Directory.CreateDirectory(path);
        if (empty.Text("medium") == "Memory")
        {
            var size = ResourceQuantity.TryParse(empty.Text("sizeLimit")) is { } limit ? string.Create(CultureInfo.InvariantCulture, $",size={limit:0}") : "";
            ContainerLauncher.Check(LinuxCalls.Mount("tmpfs", path, "tmpfs", 0, "mode=0777" + size), $"mount the memory volume {volume.Text("name")}");
            mounted.Add(path);
        }
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        if (Group is not { } group) return;
        ContainerLauncher.Check(LinuxCalls.ChangeOwner(path, 0, group), "give the volume to fsGroup");
        File.SetUnixFileMode(path, (UnixFileMode)0b010_111_111_111); // setgid: new files belong to fsGroup
    }

    private void Write(string path, IReadOnlyList<VolumeFile> files, int defaultMode)
    {
        Directory.CreateDirectory(path);
        var dated = string.Create(CultureInfo.InvariantCulture, $"..{generation}");
        foreach (var file in files) WriteFile(RootedPath.Resolve(Path.Combine(path, dated), file.Path), file, defaultMode);
        Directory.CreateDirectory(Path.Combine(path, dated));
        var link = Path.Combine(path, "..data");
        var previous = new FileInfo(link).LinkTarget;
        File.Delete(link + "_tmp");
        File.CreateSymbolicLink(link + "_tmp", dated);
        ContainerLauncher.Check(LinuxCalls.Rename(link + "_tmp", link), "switch the volume to its new content"); // File.Move looks through a link
        foreach (var top in files.Select(file => file.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)[0]).Distinct())
        {
            if (new FileInfo(Path.Combine(path, top)).LinkTarget is null) File.CreateSymbolicLink(Path.Combine(path, top), "..data/" + top);
        }
        if (previous is not null) Directory.Delete(Path.Combine(path, previous), recursive: true);
    }

    private void WriteFile(string path, VolumeFile file, int defaultMode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file.Content);
        // A kubelet gives the files to fsGroup, so the group must be able to read them.
        var mode = (file.Mode ?? defaultMode) | (Group is null ? 0 : 0b000_100_000);
        File.SetUnixFileMode(path, (UnixFileMode)mode);
        if (Group is { } group) ContainerLauncher.Check(LinuxCalls.ChangeOwner(path, 0, group), "give the file to fsGroup");
    }

    private static string SubPath(string volume, string subPath)
    {
        if (subPath.Split('/').Contains("..")) throw new ContainerConfigurationException("CreateContainerConfigError", $"subPath \"{subPath}\" must not contain '..'");
        var path = RootedPath.Resolve(volume, subPath);
        if (!Path.Exists(path)) Directory.CreateDirectory(path);
        return path;
    }
}
