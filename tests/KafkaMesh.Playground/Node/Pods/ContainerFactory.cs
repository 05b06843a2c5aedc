using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Images;
using KafkaMesh.Playground.Node.Launch;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Resolves a container of a pod into what the runtime starts.</summary>
internal static class ContainerFactory
{
    /// <summary>The setup of one run.</summary>
    /// <exception cref="ContainerConfigurationException">The image is absent, or something that the container names.</exception>
    public static (ContainerSetup Setup, Image Image) Create(PodContext pod, JsonObject container, int attempt)
    {
        var image = FindImage(pod, container);
        var variables = new ContainerEnvironment(pod.Client, pod.Pod, container).Resolve();
        var environment = Environment(pod, image, variables);
        var setup = new ContainerSetup
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{pod.Id}-{container.Text("name")}-{attempt}"),
            ImageRoot = image.Root,
            NetworkNamespace = pod.Network.Namespace.Path,
            HostName = pod.HostName,
            Mounts = [.. NodeFiles(pod, container), .. pod.Volumes.Mounts(container, variables)],
            Command = Command(container, image, variables),
            Environment = environment,
            WorkingDirectory = container.Text("workingDir") is { Length: > 0 } directory ? directory : image.WorkingDirectory,
            Identity = ContainerSecurity.Resolve(pod.Pod, container, image),
            Limits = new ContainerLimits(
                (long?)ResourceQuantity.TryParse(container.Text("resources", "limits", "memory")),
                (long?)(ResourceQuantity.TryParse(container.Text("resources", "limits", "cpu")) * 1000),
                (long)((ResourceQuantity.TryParse(container.Text("resources", "requests", "cpu")) ?? 0) * 1000)),
        };
        return (setup, image);
    }

    /// <summary>File behind a container's terminationMessagePath.</summary>
    public static string TerminationMessageFile(PodContext pod, JsonObject container) => Path.Combine(pod.Directory, "message-" + container.Text("name"));

    private static Image FindImage(PodContext pod, JsonObject container)
    {
        var reference = container.Text("image") ?? "";
        if (pod.Images.Find(reference) is { } image) return image;
        throw container.Text("imagePullPolicy") == "Never"
            ? new ContainerConfigurationException("ErrImageNeverPull", $"Container image \"{reference}\" is not present with pull policy of Never")
            : new ContainerConfigurationException("ErrImagePull", $"failed to pull image \"{reference}\": the playground has no registry, only: {string.Join(", ", pod.Images.Names)}");
    }

    private static List<string> Command(JsonObject container, Image image, IReadOnlyDictionary<string, string> variables)
    {
        // An own command also replaces the image's arguments (core/v1 Container.command).
        var command = container.Texts("command");
        var arguments = container.Texts("args");
        var whole = (command.Count > 0 ? command : image.EntryPoint).Concat(arguments.Count > 0 ? arguments : command.Count > 0 ? [] : image.Command)
            .Select((part, i) => i < command.Count || arguments.Count > 0 ? VariableExpansion.Expand(part, variables) : part).ToList();
        return whole.Count > 0 ? whole : throw new ContainerConfigurationException("CreateContainerError", "no command specified");
    }

    private static List<string> Environment(PodContext pod, Image image, IReadOnlyDictionary<string, string> variables)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
        foreach (var entry in image.Environment) all[entry.Split('=', 2)[0]] = entry.Split('=', 2)[^1];
        all["HOSTNAME"] = pod.HostName;
        foreach (var (name, value) in ServiceLinks.Of(pod.Client, pod.Pod)) all[name] = value;
        foreach (var (name, value) in variables) all[name] = value;
        return [.. all.Select(e => e.Key + "=" + e.Value)];
    }

    private static List<LaunchMount> NodeFiles(PodContext pod, JsonObject container)
    {
        var message = TerminationMessageFile(pod, container);
        File.WriteAllText(message, "");
        File.SetUnixFileMode(message, (UnixFileMode)0b110_110_110);
        var taken = container.Objects("volumeMounts").Select(mount => mount.Text("mountPath")).ToHashSet();
        return [.. new[] { ("hosts", "/etc/hosts"), ("resolv.conf", "/etc/resolv.conf"), ("hostname", "/etc/hostname") }
            .Where(file => !taken.Contains(file.Item2))
            .Select(file => new LaunchMount(Path.Combine(pod.Directory, file.Item1), file.Item2, false))
            .Append(new LaunchMount(message, container.Text("terminationMessagePath") ?? "/dev/termination-log", false))];
    }
}
