using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Images;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Turns the security contexts of pod and container, and the image's user, into an identity (core/v1 SecurityContext; the container's fields win).</summary>
internal static class ContainerSecurity
{
    private static readonly string[] Names = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE",
        "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN",
        "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE",
        "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE"];

    /// <summary>What containerd grants when nothing is said.</summary>
    private static readonly string[] Default = [
        "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"];

    /// <summary>The identity of a container.</summary>
    /// <exception cref="ContainerConfigurationException">runAsNonRoot and the user is root or unknown, or an unknown capability.</exception>
    public static ContainerIdentity Resolve(JsonObject pod, JsonObject container, Image image)
    {
        var podContext = pod.At("spec", "securityContext");
        var context = container.At("securityContext");
        var fromImage = image.ResolveUser();
        var runAsUser = context.Number("runAsUser") ?? podContext.Number("runAsUser");
        CheckNonRoot(pod, container, runAsUser, fromImage?.User, image);
        var user = (uint)(runAsUser ?? fromImage?.User ?? throw new ContainerConfigurationException("CreateContainerError", $"unable to find user {image.User}: no matching entries in passwd file"));
        var group = (uint)(context.Number("runAsGroup") ?? podContext.Number("runAsGroup") ?? (runAsUser is null ? fromImage!.Value.Group : image.PrimaryGroup(user)));
        var privileged = context.Flag("privileged") ?? false;
        return new ContainerIdentity(user, group)
        {
            SupplementaryGroups = Groups(podContext, image, user, group),
            Capabilities = Capabilities(context.At("capabilities")),
            Privileged = privileged,
            NoNewPrivileges = context.Flag("allowPrivilegeEscalation") == false && !privileged,
            ReadOnlyRoot = context.Flag("readOnlyRootFilesystem") ?? false,
            // No profile named means none, as in a kubelet without seccompDefault; a privileged container never has one.
            HasDefaultSeccomp = !privileged && (context.Text("seccompProfile", "type") ?? podContext.Text("seccompProfile", "type")) == "RuntimeDefault",
        };
    }

    /// <summary>The name of a capability number without <c>CAP_</c>.</summary>
    public static string CapabilityName(int number) => Names[number];

    private static void CheckNonRoot(JsonObject pod, JsonObject container, long? runAsUser, uint? imageUser, Image image)
    {
        var podContext = pod.At("spec", "securityContext");
        if (!(container.Flag("securityContext", "runAsNonRoot") ?? podContext.Flag("runAsNonRoot") ?? false)) return;
        var where = $"(pod: \"{pod.Name()}_{pod.Namespace()}({pod.Uid()})\", container: {container.Text("name")})";
        if (runAsUser == 0) throw new ContainerConfigurationException("CreateContainerConfigError", $"container's runAsUser breaks non-root policy {where}");
        if (runAsUser is not null) return;
        if (imageUser == 0) throw new ContainerConfigurationException("CreateContainerConfigError", $"container has runAsNonRoot and image will run as root {where}");
        if (!uint.TryParse(image.User.Split(':')[0], CultureInfo.InvariantCulture, out _))
        {
            throw new ContainerConfigurationException(
                "CreateContainerConfigError", $"container has runAsNonRoot and image has non-numeric user ({image.User}), cannot verify user is non-root {where}");
        }
    }

    /// <summary>With supplementalGroupsPolicy Merge, the default, also those in which the image's /etc/group lists the user.</summary>
    private static uint[] Groups(JsonNode? podContext, Image image, uint user, uint primary)
    {
        var groups = (podContext.At("supplementalGroups") as JsonArray ?? []).Select(g => g.Number()).Append(podContext.Number("fsGroup"));
        var ofImage = podContext.Text("supplementalGroupsPolicy") == "Strict" ? [] : image.SupplementaryGroups(user).Where(group => group != primary);
        return [.. groups.OfType<long>().Select(g => (uint)g).Concat(ofImage).Distinct()];
    }

    private static int[] Capabilities(JsonNode? change)
    {
        string[] add = [.. change.Texts("add").Select(Short)], drop = [.. change.Texts("drop").Select(Short)];
        var set = new HashSet<string>(drop.Contains("ALL") ? [] : add.Contains("ALL") ? Names : Default, StringComparer.Ordinal);
        set.ExceptWith(drop);
        set.UnionWith(add.Where(name => name != "ALL"));
        return [.. set.Select(Number).Order()];
    }

    /// <summary>As in <c>NET_ADMIN</c>: container runtimes take either case, and the kernel's prefix too.</summary>
    private static string Short(string name) => name.ToUpperInvariant() is var upper && upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper[4..] : upper;

    private static int Number(string name) => Array.IndexOf(Names, name) is >= 0 and var number
        ? number : throw new ContainerConfigurationException("CreateContainerError", $"unknown capability \"CAP_{name}\"");
}
