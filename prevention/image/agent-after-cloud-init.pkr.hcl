# Packer: the CodeDeploy agent starts after cloud-init, and the build fails where a second boot of the builder does not keep the
# order. The blocks of your own template stand beside these; the one that installs the agent comes before the first provisioner.
# Called in the project's directory: packer build -var source_ami=ami-... prevention/image

variable "source_ami" {
  type = string
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

source "amazon-ebs" "image" {
  region        = var.region
  source_ami    = var.source_ami
  instance_type = "t3.small"
  ssh_username  = "ec2-user"
  ami_name      = "agent-after-cloud-init-{{timestamp}}"
}

build {
  sources = ["source.amazon-ebs.image"]

  provisioner "shell" {
    inline = ["mkdir -p /tmp/codedeploy-agent-order"]
  }

  provisioner "file" {
    source      = "${path.root}/../systemd/"
    destination = "/tmp/codedeploy-agent-order"
  }

  provisioner "shell" {
    inline = [
      "sudo cp -r /tmp/codedeploy-agent-order /usr/local/lib/",
      "sudo sh /usr/local/lib/codedeploy-agent-order/install",
      "sudo sh /usr/local/lib/codedeploy-agent-order/check",
    ]
  }

  provisioner "shell" {
    expect_disconnect = true
    inline            = ["sudo systemctl reboot"]
  }

  provisioner "shell" {
    pause_before = "30s"
    inline       = ["sudo sh /usr/local/lib/codedeploy-agent-order/check --boot"]
  }
}
