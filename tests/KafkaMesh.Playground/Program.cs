using KafkaMesh.Playground.Node.Launch;

if (args is ["launch", var launchFile]) return ContainerLauncher.Run(launchFile);
return 64; // No command yet.
